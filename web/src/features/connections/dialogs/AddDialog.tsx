import { Checkbox } from '@atlaskit/checkbox';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useAction } from '../../../api/actions';
import { api, body } from '../../../api/client';
import { queries } from '../../../api/queries';
import type { AppliesTo, Connection, TokenShown } from '../../../api/types';
import { ActionDialog } from '../../../ui/ActionDialog';
import { SelectInput } from '../../../ui/Field';
import styles from '../../../ui/ui.module.css';
import { NameInput, nameFits } from './NameInput';
import { TokenOnce } from './TokenOnce';

const DATA: [keyof AppliesTo, string, string][] = [
  ['issueData', 'Issue data', 'Command Center'],
  ['configuration', 'Configuration', 'Config Manager'],
  ['assets', 'Assets', 'Assets Data Manager'],
];

interface Props {
  kind: 'disaster-recovery' | 'cross-site';
  onClose: () => void;
}

/** *Add recovery connection*, and then its token, once. */
export function AddDialog({ kind, onClose }: Props) {
  const [made, setMade] = useState<TokenShown>();
  if (made) return <TokenOnce shown={made} onClose={onClose} />;
  return <AddForm kind={kind} onClose={onClose} onMade={setMade} />;
}

function AddForm({ kind, onClose, onMade }: Props & { onMade: (made: TokenShown) => void }) {
  const sites = useQuery(queries.sites());
  const [name, setName] = useState('');
  const [chosen, setChosen] = useState<string>();
  const [appliesTo, setAppliesTo] = useState<AppliesTo>({ issueData: true, configuration: true, assets: true });
  const source = chosen ?? sites.data?.[0]?.id ?? '';
  const action = useAction(
    () => body(api.POST('/api/v1/connections', { body: { name: name.trim(), source, kind, appliesTo } })),
    { said: ({ connection }) => said(connection), then: onMade },
  );
  return (
    <ActionDialog
      title={kind === 'cross-site' ? 'Add cross-site connection' : 'Add recovery connection'}
      onClose={onClose}
      action={action}
      button="Add connection"
      isDisabled={!nameFits(name) || source === '' || !Object.values(appliesTo).some(Boolean)}
    >
      {(wrong) => (
        <>
          <NameInput value={name} onChange={setName} wrong={wrong('name')} />
          <SelectInput
            label={kind === 'cross-site' ? 'Initiator site' : 'Source site'}
            value={source}
            onChange={setChosen}
            options={(sites.data ?? []).map((site) => ({ value: site.id, text: `${site.name} (${site.url})` }))}
            hint={sites.data?.length === 0 ? 'Add the site under Sites & backups first.' : undefined}
            wrong={wrong('source')}
          />
          <fieldset className={styles.fieldset}>
            <legend className={styles.label}>It applies to</legend>
            {DATA.map(([key, label, product]) => (
              <Checkbox
                key={key}
                label={`${label} (${product})`}
                isChecked={appliesTo[key]}
                onChange={(event) => setAppliesTo({ ...appliesTo, [key]: event.currentTarget.checked })}
              />
            ))}
          </fieldset>
        </>
      )}
    </ActionDialog>
  );
}

function said({ name }: Connection): string {
  return `${name} is made. Keep its token now`;
}
