import TextArea from '@atlaskit/textarea';
import TextField from '@atlaskit/textfield';
import { useId, type ReactNode } from 'react';
import styles from './ui.module.css';

interface Shared {
  label: string;
  hint?: ReactNode;
  /** What is wrong with the value. */
  wrong?: string | undefined;
}

interface Described {
  id: string;
  'aria-describedby'?: string;
  'aria-invalid'?: true;
}

/** A label, what belongs to it, and what is wrong with it, tied together for those who hear the page. */
function Field({ label, hint, wrong, children }: Shared & { children: (described: Described) => ReactNode }) {
  const id = useId();
  const by = [hint !== undefined && `${id}-hint`, wrong !== undefined && `${id}-wrong`].filter(Boolean).join(' ');
  const described: Described = { id };
  if (by !== '') described['aria-describedby'] = by;
  if (wrong !== undefined) described['aria-invalid'] = true;
  return (
    <div className={styles.field}>
      <label className={styles.label} htmlFor={id}>
        {label}
      </label>
      {children(described)}
      {hint !== undefined && (
        <p className={styles.hint} id={`${id}-hint`}>
          {hint}
        </p>
      )}
      {wrong !== undefined && (
        <p className={styles.wrong} id={`${id}-wrong`} role="alert">
          {wrong}
        </p>
      )}
    </div>
  );
}

interface TextProps extends Shared {
  value: string;
  onChange: (value: string) => void;
  type?: 'text' | 'password' | 'email' | 'url' | 'number';
  /** `off` unless a browser's own memory may fill it in. */
  autoComplete?: string;
  autoFocus?: boolean;
  isRequired?: boolean;
  maxLength?: number;
  isMonospaced?: boolean;
}

export function TextInput(props: TextProps) {
  const { value, onChange, type = 'text', autoComplete = 'off', autoFocus = false, isRequired = false } = props;
  return (
    <Field {...props}>
      {(described) => (
        <TextField
          {...described}
          maxLength={props.maxLength}
          type={type}
          value={value}
          onChange={(event) => onChange(event.currentTarget.value)}
          autoComplete={autoComplete}
          autoFocus={autoFocus}
          isRequired={isRequired}
          isInvalid={props.wrong !== undefined}
          isMonospaced={props.isMonospaced ?? false}
          spellCheck={false}
        />
      )}
    </Field>
  );
}

/** A day, by the browser's own means to choose one. */
export function DateInput(props: Shared & { value: string; onChange: (value: string) => void }) {
  return (
    <Field {...props}>
      {(described) => (
        <input
          {...described}
          className={styles.select}
          type="date"
          value={props.value}
          onChange={(event) => props.onChange(event.currentTarget.value)}
        />
      )}
    </Field>
  );
}

interface AreaProps extends Shared {
  value: string;
  onChange: (value: string) => void;
  maxLength?: number;
  autoFocus?: boolean;
}

export function AreaInput(props: AreaProps) {
  return (
    <Field {...props}>
      {(described) => (
        <TextArea
          {...described}
          maxLength={props.maxLength}
          value={props.value}
          onChange={(event) => props.onChange(event.currentTarget.value)}
          autoFocus={props.autoFocus ?? false}
          isInvalid={props.wrong !== undefined}
          minimumRows={3}
        />
      )}
    </Field>
  );
}

interface SelectProps extends Shared {
  value: string;
  onChange: (value: string) => void;
  options: { value: string; text: string }[];
  autoFocus?: boolean;
}

/** The browser's own select: it works everywhere, by keyboard and on phones. */
export function SelectInput(props: SelectProps) {
  return (
    <Field {...props}>
      {(described) => (
        <select
          {...described}
          className={styles.select}
          value={props.value}
          onChange={(event) => props.onChange(event.currentTarget.value)}
          autoFocus={props.autoFocus}
        >
          {props.options.map(({ value, text }) => (
            <option key={value} value={value}>
              {text}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}
