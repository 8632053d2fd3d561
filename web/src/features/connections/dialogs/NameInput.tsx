import { TextInput } from '../../../ui/Field';

const NAME = /^[\p{L}\p{N} _-]{3,65}$/u;

/** Whether a connection may be called this. */
export function nameFits(name: string): boolean {
  return NAME.test(name.trim());
}

interface Props {
  value: string;
  onChange: (name: string) => void;
  wrong: string | undefined;
}

export function NameInput({ value, onChange, wrong }: Props) {
  return (
    <TextInput
      label="Connection name"
      value={value}
      onChange={onChange}
      maxLength={65}
      hint="3 to 65 letters, digits, spaces, underscores or hyphens."
      wrong={wrong}
      isRequired
      autoFocus
    />
  );
}
