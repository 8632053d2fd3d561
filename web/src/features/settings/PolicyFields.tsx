import Button from '@atlaskit/button/new';
import { Checkbox } from '@atlaskit/checkbox';
import type { ProofKind } from '../../api/types';
import { title } from '../../lib/words';
import type { Wrong } from '../../ui/ActionDialog';
import { TextInput } from '../../ui/Field';
import { PROOFS } from '../verification/proofs';
import { PROOF_KINDS, type PolicyDraft, type Step } from './policyDraft';
import styles from './settings.module.css';

interface Props {
  draft: PolicyDraft;
  onChange: (changes: Partial<PolicyDraft>) => void;
  wrong: Wrong;
}

/** Every value of a policy. */
export function PolicyFields({ draft, onChange, wrong }: Props) {
  return (
    <>
      <TextInput
        label="Name"
        value={draft.name}
        onChange={(name) => onChange({ name })}
        maxLength={100}
        wrong={wrong('name')}
      />
      <People draft={draft} onChange={onChange} wrong={wrong} />
      <Proofs draft={draft} onChange={onChange} wrong={wrong} />
      <CoolDown steps={draft.coolDown} onChange={(coolDown) => onChange({ coolDown })} wrong={wrong} />
      <TextInput
        label="Hours for which an unlock may be used"
        type="number"
        value={draft.unlockHours}
        onChange={(unlockHours) => onChange({ unlockHours })}
        wrong={wrong('unlockHours')}
      />
      <Checkbox
        label="A connection may be made while there are no recovery contacts"
        isChecked={draft.contactsOptional}
        onChange={(event) => onChange({ contactsOptional: event.currentTarget.checked })}
      />
    </>
  );
}

function People({ draft, onChange, wrong }: Props) {
  return (
    <>
      <TextInput
        label="Approvals by support"
        type="number"
        value={draft.supportApprovals}
        onChange={(supportApprovals) => onChange({ supportApprovals })}
        hint="Each by somebody else than whoever asks. With 0, one person does all: no four-eyes."
        wrong={wrong('supportApprovals')}
      />
      <TextInput
        label="Confirmations by recovery contacts"
        type="number"
        value={draft.contactConfirmations}
        onChange={(contactConfirmations) => onChange({ contactConfirmations })}
        wrong={wrong('contactConfirmations')}
      />
      <Checkbox
        label="Whoever asks confirms by a code, too"
        isChecked={draft.requesterConfirms}
        onChange={(event) => onChange({ requesterConfirms: event.currentTarget.checked })}
      />
      <Checkbox
        label="Approvals and confirmations need a passkey"
        isChecked={draft.passkeys}
        onChange={(event) => onChange({ passkeys: event.currentTarget.checked })}
      />
    </>
  );
}

function Proofs({ draft, onChange, wrong }: Props) {
  const turn = (kind: ProofKind, isAccepted: boolean) => {
    const kept = PROOF_KINDS.filter((one) => (one === kind ? isAccepted : draft.acceptedProofs.includes(one)));
    onChange({ acceptedProofs: kept });
  };
  return (
    <>
      <TextInput
        label="Proofs of ownership"
        type="number"
        value={draft.proofs}
        onChange={(proofs) => onChange({ proofs })}
        wrong={wrong('proofs')}
      />
      <fieldset className={styles.group}>
        <legend>What is accepted as a proof</legend>
        {PROOF_KINDS.map((kind) => (
          <Checkbox
            key={kind}
            label={title(PROOFS[kind])}
            isChecked={draft.acceptedProofs.includes(kind)}
            onChange={(event) => turn(kind, event.currentTarget.checked)}
          />
        ))}
      </fieldset>
    </>
  );
}

interface CoolDownProps {
  steps: Step[];
  onChange: (steps: Step[]) => void;
  wrong: Wrong;
}

/** How long a request waits once there is enough evidence, by the age of the connection. */
function CoolDown({ steps, onChange, wrong }: CoolDownProps) {
  const change = (place: number, changes: Partial<Step>) =>
    onChange(steps.map((step, index) => (index === place ? { ...step, ...changes } : step)));
  return (
    <fieldset className={styles.group}>
      <legend>Cool-down</legend>
      <p>A request waits once there is enough evidence: the younger the connection, the longer.</p>
      {steps.map((step, place) => (
        <div key={place} className={styles.step}>
          <TextInput
            label={`Wait ${String(place + 1)}: from days of age`}
            type="number"
            value={step.fromDays}
            onChange={(fromDays) => change(place, { fromDays })}
            wrong={wrong(`coolDown[${String(place)}].fromDays`)}
          />
          <TextInput
            label={`Wait ${String(place + 1)}: hours`}
            type="number"
            value={step.hours}
            onChange={(hours) => change(place, { hours })}
            wrong={wrong(`coolDown[${String(place)}].hours`)}
          />
          <Button onClick={() => onChange(steps.filter((_, index) => index !== place))}>
            {`Remove wait ${String(place + 1)}`}
          </Button>
        </div>
      ))}
      <Button onClick={() => onChange([...steps, { fromDays: '0', hours: '24' }])}>Add a wait</Button>
    </fieldset>
  );
}
