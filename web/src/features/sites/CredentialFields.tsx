import { TextInput } from '../../ui/Field';

interface Props {
  account: string;
  onAccount: (account: string) => void;
  token: string;
  onToken: (token: string) => void;
  wrong: string | undefined;
  autoFocus?: boolean;
}

/** Whom Lifeboat works as on a site. */
export function CredentialFields({ account, onAccount, token, onToken, wrong, autoFocus = false }: Props) {
  return (
    <>
      <TextInput
        label="E-mail address of the account"
        type="email"
        value={account}
        onChange={onAccount}
        hint="A Jira administrator, best one that only Lifeboat uses."
        wrong={wrong}
        autoFocus={autoFocus}
        isRequired
      />
      <TextInput
        label="API token"
        type="password"
        value={token}
        onChange={onToken}
        hint="Made at id.atlassian.com, under Security. It is stored sealed, and nobody can read it again."
        isRequired
      />
    </>
  );
}
