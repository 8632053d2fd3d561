"""Reads a vault without Lifeboat: with PyArrow through its ordinary KMS client, with DuckDB, and with plain Python.

    read_vault.py VAULT KEY_FILE POINT

prints, as JSON, the records at a recovery point as each of the two readers sees them, and the age identities that open
the attachments. docs/vault-format.md describes what is done here.
"""

import base64
import datetime
import hashlib
import hmac
import json
import pathlib
import sys

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pyarrow.parquet.encryption as pe
from cryptography.hazmat.primitives.ciphers.aead import AESGCM


def open_sealed(key, sealed, context):
    """AES-256-GCM: nonce (12 bytes), ciphertext, tag (16 bytes); the context is the additional data."""
    return AESGCM(key).decrypt(sealed[:12], sealed[12:], context)


class TenantKey:
    """The key file, and what it opens."""

    def __init__(self, path):
        self.key = base64.b64decode(json.loads(pathlib.Path(path).read_text())["key"])

    def open(self, sealed, context):
        version, text = sealed.split(".", 1)
        assert version == "v1"
        return open_sealed(self.key, base64.b64decode(text), context.encode())


class Kms(pe.KmsClient):
    """PyArrow asks this to unwrap the key of an epoch; it unwraps each file's own key itself."""

    def __init__(self, tenant):
        super().__init__()
        self.tenant = tenant

    def wrap_key(self, key_bytes, master_key_identifier):
        raise NotImplementedError("this reader does not write")

    def unwrap_key(self, wrapped_key, master_key_identifier):
        _key_id, context = master_key_identifier.split(" ", 1)
        wrapped = wrapped_key.decode() if isinstance(wrapped_key, bytes) else wrapped_key
        return self.tenant.open(wrapped, context)


def read_log(vault, tenant):
    """The commits, with hashes, chain and MACs checked."""
    entries, previous, macs = [], "0" * 64, {}
    for path in sorted((vault / "log").glob("*.json")):
        raw = path.read_bytes()
        parsed = json.loads(raw)
        signed, checksum = raw[: -3 - 64 - len('","sha256":"')], parsed["sha256"]
        assert hashlib.sha256(signed).hexdigest() == checksum, path
        entry_bytes = signed[len('{"entry":') : -64 - len(',"mac":"')]
        entry = parsed["entry"]
        assert json.loads(entry_bytes) == entry and entry["previous"] == previous, path
        epoch = entry["epoch"]
        if epoch not in macs:
            keys = json.loads((vault / f"keys/{epoch:020}.json").read_text())
            epoch_key = tenant.open(keys["wrapped_key"], keys["context"])
            macs[epoch] = hmac.digest(epoch_key, b"lifeboat log mac v1", "sha256")
        assert hmac.new(macs[epoch], entry_bytes, "sha256").hexdigest() == parsed["mac"], path
        previous = hashlib.sha256(raw).hexdigest()
        entries.append(entry)
    return entries


def live_segments(entries):
    names = set()
    for entry in entries:
        names |= {added["name"] for added in entry.get("add", [])}
        names -= set(entry.get("remove", []))
    return sorted(name for name in names if name.startswith("segments/"))


def newest(rows, point):
    """The state at a point: for each key the newest version not after it, unless that is a deletion."""
    state = {}
    for row in sorted(rows, key=lambda row: row["version"]):
        if row["version"] <= point:
            state[row["kind"], row["key"]] = row
    return {f"{kind} {key}": row["body"] for (kind, key), row in sorted(state.items()) if not row["deleted"]}


def with_pyarrow(vault, segments, tenant, point):
    factory = pe.CryptoFactory(lambda _config: Kms(tenant))
    connection = pe.KmsConnectionConfig()
    config = pe.DecryptionConfiguration(cache_lifetime=datetime.timedelta(minutes=5))
    rows = []
    for name in segments:
        properties = factory.file_decryption_properties(connection, config)
        rows += pq.ParquetFile(vault / name, decryption_properties=properties).read().to_pylist()
    return newest(rows, point)


def file_key(path, tenant):
    """The file's own key, from the key material that its footer carries in the clear."""
    data = path.read_bytes()
    assert data[-4:] == b"PARE", "an encrypted footer"
    text = data[data.rindex(b'{"keyMaterialType"') :].decode("utf-8", "ignore")
    material, _end = json.JSONDecoder().raw_decode(text)
    _key_id, context = material["masterKeyID"].split(" ", 1)
    epoch_key = tenant.open(material["wrappedKEK"], context)
    key_id = base64.b64decode(material["keyEncryptionKeyID"])
    return open_sealed(epoch_key, base64.b64decode(material["wrappedDEK"]), key_id)


def with_duckdb(vault, segments, tenant, point):
    database = duckdb.connect()
    # DuckDB computes the additional authenticated data wrongly when these skip pages.
    database.execute(
        "set disabled_optimizers='filter_pushdown,statistics_propagation,late_materialization,join_filter_pushdown'"
    )
    parts = []
    for number, name in enumerate(segments):
        key = base64.b64encode(file_key(vault / name, tenant)).decode()
        database.execute(f"pragma add_parquet_key('file{number}', '{key}')")
        parts.append(
            f"select kind, key, version, deleted, body from "
            f"read_parquet('{vault / name}', encryption_config = {{footer_key: 'file{number}'}})"
        )
    rows = database.execute(
        f"select kind, key, max_by(body, version), max_by(deleted, version) "
        f"from ({' union all '.join(parts)}) where version <= {point} group by kind, key order by kind, key"
    ).fetchall()
    return {f"{kind} {key}": body for kind, key, body, deleted in rows if not deleted}


def age_identities(vault, tenant):
    keys = [json.loads(path.read_text()) for path in sorted((vault / "keys").glob("*.json"))]
    return [tenant.open(epoch["wrapped_age_identity"], epoch["age_context"]).decode() for epoch in keys]


def main():
    vault, tenant, point = pathlib.Path(sys.argv[1]), TenantKey(sys.argv[2]), int(sys.argv[3])
    segments = live_segments(read_log(vault, tenant))
    print(
        json.dumps(
            {
                "pyarrow": with_pyarrow(vault, segments, tenant, point),
                "duckdb": with_duckdb(vault, segments, tenant, point),
                "age": age_identities(vault, tenant),
                "versions": {"pyarrow": pa.__version__, "duckdb": duckdb.__version__},
            }
        )
    )


main()
