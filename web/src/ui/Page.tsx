import Breadcrumbs, { BreadcrumbsItem } from '@atlaskit/breadcrumbs';
import { useEffect, useRef, type ReactNode } from 'react';
import styles from './ui.module.css';

interface Props {
  title: string;
  /** The pages above this one, from the top. */
  above?: { text: string; to?: string }[];
  lead?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
}

/** A page: where one is, its only h1, which takes the focus when one comes here, and what one can do. */
export function Page({ title, above = [], lead, actions, children }: Props) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    heading.current?.focus();
  }, []);
  useEffect(() => {
    document.title = `${title} · Lifeboat`;
  }, [title]);
  return (
    <div className={styles.page}>
      {above.length > 0 && (
        <Breadcrumbs label="Breadcrumbs">
          {above.map(({ text, to }) => (
            <BreadcrumbsItem key={text} text={text} href={to} />
          ))}
        </Breadcrumbs>
      )}
      <div className={styles.header}>
        <div>
          <h1 className={styles.title} tabIndex={-1} ref={heading}>
            {title}
          </h1>
          {lead !== undefined && <div className={styles.lead}>{lead}</div>}
        </div>
        {actions !== undefined && <div className={styles.actions}>{actions}</div>}
      </div>
      {children}
    </div>
  );
}

/** A part of a page under its own heading. */
export function Section({ title, actions, children }: { title: string; actions?: ReactNode; children: ReactNode }) {
  return (
    <section className={styles.section} aria-label={title}>
      <div className={styles.sectionHead}>
        <h2 className={styles.sectionTitle}>{title}</h2>
        {actions !== undefined && <div className={styles.actions}>{actions}</div>}
      </div>
      {children}
    </section>
  );
}
