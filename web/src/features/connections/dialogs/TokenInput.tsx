import { TextInput } from '../../../ui/Field';

interface Props {
  value: string;
  onChange: (token: string) => void;
  wrong: string | undefined;
  autoFocus?: boolean;
}

/** A recovery token: never shown as it is typed, never remembered by the browser. */
export function TokenInput({ value, onChange, wrong, autoFocus = false }: Props) {
  return (
    <TextInput
      label="Recovery Token"
      type="password"
      value={value}
      onChange={onChange}
      autoComplete="off"
      wrong={wrong}
      autoFocus={autoFocus}
      isRequired
      isMonospaced
    />
  );
}
