import { useEffect } from 'react';
import { createPortal } from 'react-dom';
import { kitSections, type Kit } from '../kit';
import styles from './kit.module.css';

/** The emergency kit as a page of paper: seen only by the printer. */
export function PrintedKit({ kit, onDone }: { kit: Kit; onDone: () => void }) {
  useEffect(() => {
    window.addEventListener('afterprint', onDone, { once: true });
    window.print();
    return () => window.removeEventListener('afterprint', onDone);
    // Printed once, when it appears.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, []);
  return createPortal(
    <div className={styles.kit} data-kit>
      <p className={styles.title}>Lifeboat emergency kit</p>
      {kitSections(kit).map(({ title, lines }) => (
        <div key={title}>
          <p className={styles.head}>{title}</p>
          {lines.map((line) => (
            <p key={line}>{line}</p>
          ))}
        </div>
      ))}
    </div>,
    document.body,
  );
}
