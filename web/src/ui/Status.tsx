import Lozenge from '@atlaskit/lozenge';

type Appearance = 'default' | 'inprogress' | 'moved' | 'new' | 'removed' | 'success';

const APPEARANCE: Readonly<Record<string, Appearance>> = {
  issued: 'moved',
  active: 'success',
  suspended: 'removed',
  revoked: 'default',
  verifying: 'inprogress',
  cooling: 'inprogress',
  unlocked: 'success',
  waiting: 'default',
  running: 'inprogress',
  paused: 'moved',
  done: 'success',
  failed: 'removed',
  denied: 'removed',
  vetoed: 'removed',
  expired: 'default',
  cancelled: 'default',
  sent: 'success',
  'given-up': 'removed',
};

/** How something stands, in a word; the colour only repeats it. */
export function Status({ of, text }: { of: string; text?: string }) {
  const word = text ?? of.charAt(0).toUpperCase() + of.slice(1).replace('-', ' ');
  return <Lozenge appearance={APPEARANCE[of] ?? 'default'}>{word}</Lozenge>;
}
