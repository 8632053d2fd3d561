import Button from '@atlaskit/button/new';
import SectionMessage from '@atlaskit/section-message';
import Spinner from '@atlaskit/spinner';
import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Problem, words } from '../api/problem';
import { Empty } from './Empty';
import styles from './ui.module.css';

/** What was read, or how things are until then: loading, refused, failed. */
export function Loaded<T>({ query, children }: { query: UseQueryResult<T>; children: (data: T) => ReactNode }) {
  if (query.data !== undefined) {
    return (
      <>
        {query.error && <Trouble error={query.error} />}
        {children(query.data)}
      </>
    );
  }
  if (query.error) return <Trouble error={query.error} again={() => void query.refetch()} />;
  return (
    <div className={styles.loading} role="status">
      <Spinner label="Loading" />
    </div>
  );
}

/** An error in the place of what could not be shown. */
export function Trouble({ error, again }: { error: unknown; again?: () => void }) {
  const { title, detail } = words(error);
  if (error instanceof Problem && error.kind === 'forbidden') {
    return <Empty title={title}>{detail} Ask an owner of this installation if you need it.</Empty>;
  }
  if (error instanceof Problem && error.kind === 'not-found') {
    return <Empty title={title}>It may have been removed, or the link is wrong.</Empty>;
  }
  return (
    <SectionMessage appearance="error" title={title} headingLevel="h2">
      <p role="alert">{detail}</p>
      {again && (
        <p>
          <Button onClick={again}>Try again</Button>
        </p>
      )}
    </SectionMessage>
  );
}
