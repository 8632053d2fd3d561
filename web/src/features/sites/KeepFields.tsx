import Button from '@atlaskit/button/new';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { api, body } from '../../api/client';
import type { Retention } from '../../api/types';
import { Failure } from '../../ui/Dialog';
import { TextInput } from '../../ui/Field';
import styles from '../../ui/ui.module.css';
import { label, previewText, UNITS, whole } from './retention';

interface Props {
  site: string;
  keep: Retention;
  /** Given nothing as long as what is typed cannot be used. */
  onChange: (keep: Retention | undefined) => void;
}

/** Which recovery points stay, and what that would do now. */
export function KeepFields({ site, keep, onChange }: Props) {
  const [typed, setTyped] = useState(() => UNITS.map((unit) => String(keep[unit])));
  const wanted = read(typed);
  const type = (index: number) => (value: string) => {
    const next = typed.with(index, value);
    setTyped(next);
    onChange(read(next));
  };
  return (
    <fieldset className={styles.fieldset}>
      <legend className={styles.label}>Recovery points that stay, beside the newest and those that are pinned</legend>
      {UNITS.map((unit, index) => (
        <TextInput
          key={unit}
          label={label(unit)}
          type="number"
          value={typed[index] ?? ''}
          onChange={type(index)}
          wrong={whole(typed[index] ?? '') === undefined ? 'A whole number, 0 for none' : undefined}
        />
      ))}
      <Preview key={JSON.stringify(wanted)} site={site} keep={wanted} />
    </fieldset>
  );
}

function read(typed: string[]): Retention | undefined {
  const [hourly, daily, weekly, monthly] = typed.map(whole);
  if (hourly === undefined || daily === undefined || weekly === undefined || monthly === undefined) return undefined;
  return hourly + daily + weekly + monthly > 0 ? { hourly, daily, weekly, monthly } : undefined;
}

function Preview({ site, keep }: { site: string; keep: Retention | undefined }) {
  const preview = useMutation({
    mutationFn: (wanted: Retention) =>
      body(api.POST('/api/v1/sites/{site}/prunings/preview', { params: { path: { site } }, body: wanted })),
  });
  return (
    <>
      <p>
        <Button onClick={() => keep && preview.mutate(keep)} isDisabled={!keep} isLoading={preview.isPending}>
          What would go now?
        </Button>
      </p>
      <p role="status">{preview.data && previewText(preview.data)}</p>
      {preview.error && <Failure error={preview.error} />}
    </>
  );
}
