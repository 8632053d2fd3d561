import { count } from '../../lib/words';
import styles from './chart.module.css';

export interface Share {
  name: string;
  value: number;
  look: 'whole' | 'partly' | 'none';
}

/** How a whole is divided, as one bar; the words under it say the same. */
export function ShareBar({ label, shares }: { label: string; shares: Share[] }) {
  const shown = shares.filter(({ value }) => value > 0);
  const total = shown.reduce((sum, { value }) => sum + value, 0);
  if (total === 0) return null;
  const told = shown.map(({ name, value }) => `${name}: ${count(value)}`);
  return (
    <figure className={styles.chart}>
      <div role="img" aria-label={`${label}. ${told.join(', ')}`} className={styles.shares}>
        {shown.map(({ name, value, look }) => (
          <span key={name} className={styles[look]} style={{ flexGrow: value }} title={`${name}: ${count(value)}`} />
        ))}
      </div>
      <figcaption className={styles.legend}>
        {shown.map(({ name, value, look }) => (
          <span key={name}>
            <span className={`${styles.key ?? ''} ${styles[look] ?? ''}`} aria-hidden="true" /> {name}: {count(value)}
          </span>
        ))}
      </figcaption>
    </figure>
  );
}
