import { DropdownItem } from '@atlaskit/dropdown-menu';
import { useAction } from '../../api/actions';
import { api, body } from '../../api/client';
import { words } from '../../api/problem';
import { save } from '../../lib/save';
import { useFlags } from '../../ui/Flags';
import { Menu } from '../../ui/Menu';

const FORMS = [
  { form: 'json-lines', text: 'JSON lines, to be verified offline', file: 'audit-log.jsonl' },
  { form: 'ocsf', text: 'OCSF', file: 'audit-log.ocsf.jsonl' },
  { form: 'csv', text: 'CSV', file: 'audit-log.csv' },
] as const;

type Form = (typeof FORMS)[number];

/** The whole log as a file. That it was taken away becomes a part of it. */
export function Exports() {
  const flags = useFlags();
  const take = useAction(
    async ({ form, file }: Form) => {
      const query = { form };
      save(await body(api.GET('/api/v1/audit/export', { params: { query }, parseAs: 'blob' })), file);
    },
    { said: 'The audit log was exported' },
  );
  return (
    <Menu text="Export">
      {FORMS.map((form) => (
        <DropdownItem
          key={form.form}
          onClick={() => take.mutate(form, { onError: (error) => flags.warning(words(error).detail) })}
        >
          {form.text}
        </DropdownItem>
      ))}
    </Menu>
  );
}
