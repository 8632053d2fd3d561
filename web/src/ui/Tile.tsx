import type { ReactNode } from 'react';
import styles from './ui.module.css';

export function Tiles({ label, children }: { label: string; children: ReactNode }) {
  return (
    <section className={styles.tiles} aria-label={label}>
      {children}
    </section>
  );
}

/** A figure with its name, and what it is measured against. */
export function Tile({ name, value, note }: { name: string; value: ReactNode; note: ReactNode }) {
  return (
    <div className={styles.tile}>
      <h2 className={styles.tileName}>{name}</h2>
      <p className={styles.tileValue}>{value}</p>
      <div className={styles.tileNote}>{note}</div>
    </div>
  );
}
