import { useEffect, type ReactNode } from 'react';
import styles from './account.module.css';

/** A page for somebody who is not signed in. */
export function Outside({ title, children }: { title: string; children: ReactNode }) {
  useEffect(() => {
    document.title = `${title} · Lifeboat`;
  }, [title]);
  return (
    <main className={styles.outside}>
      <div className={styles.card}>
        <p className={styles.brand}>
          <img src="icon.svg" alt="" width={24} height={24} />
          Lifeboat
        </p>
        <h1>{title}</h1>
        {children}
      </div>
    </main>
  );
}
