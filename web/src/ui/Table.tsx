import type { ReactNode } from 'react';
import { VisuallyHidden } from './VisuallyHidden';
import styles from './ui.module.css';

export interface Column<T> {
  head: string;
  cell: (row: T) => ReactNode;
  isNumber?: boolean;
  /** For a column of buttons, whose heading is only read aloud. */
  isHeadHidden?: boolean;
}

interface Props<T> {
  caption: string;
  columns: Column<T>[];
  rows: T[];
  rowKey: (row: T) => string;
}

/** A table of the page's own width; on a narrow one each row becomes a card. */
export function Table<T>({ caption, columns, rows, rowKey }: Props<T>) {
  return (
    <table className={styles.table}>
      <caption>{caption}</caption>
      <thead>
        <tr>
          {columns.map(({ head, isNumber, isHeadHidden }) => (
            <th key={head} scope="col" className={isNumber ? styles.number : undefined}>
              {isHeadHidden ? <VisuallyHidden>{head}</VisuallyHidden> : head}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={rowKey(row)}>
            {columns.map(({ head, cell, isNumber, isHeadHidden }) => (
              <td key={head} data-label={isHeadHidden ? '' : head} className={isNumber ? styles.number : undefined}>
                {cell(row)}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
