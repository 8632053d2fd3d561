import Lozenge from '@atlaskit/lozenge';
import { Link } from '@tanstack/react-router';
import type { Point } from '../../api/types';
import { Time } from '../../ui/Time';
import styles from './points.module.css';

/** How a point stands, in words: whether it is sound, what was restored from it, whether it stays. */
export function Marks({ point: { integrity, restored, pinned } }: { point: Point }) {
  return (
    <span className={styles.marks}>
      {integrity && (
        <Lozenge appearance={integrity.sound ? 'success' : 'removed'}>{integrity.sound ? 'Sound' : 'Damage'}</Lozenge>
      )}
      {restored?.proven === true && <Lozenge appearance="success">Restored, proven</Lozenge>}
      {restored?.proven === false && <Lozenge appearance="removed">Restored, not proven</Lozenge>}
      {pinned && <Lozenge appearance="new">Pinned</Lozenge>}
      {!integrity && !restored && !pinned && '–'}
    </span>
  );
}

/** The same as facts. */
export function integrityText({ integrity }: Point) {
  if (!integrity) return 'Not verified since it was taken';
  return (
    <>
      {integrity.sound ? 'Every byte and record of the vault was as written, ' : 'The vault has damaged objects, '}
      <Time at={integrity.checked} isInline />
    </>
  );
}

export function restoredText({ restored }: Point) {
  if (!restored) return 'Never';
  const outcome = { true: 'the proof holds', false: 'the proof does not hold', null: 'not proven yet' };
  return (
    <>
      <Link to="/recoveries/$recovery" params={{ recovery: restored.recovery }}>
        <Time at={restored.started} isInline />
      </Link>
      {`, ${outcome[`${restored.proven ?? null}`]}`}
    </>
  );
}
