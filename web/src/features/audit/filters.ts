import type { AuditEvent } from '../../api/types';

export interface Filter {
  /** In what was done, by whom, or to what. */
  text: string;
  result: 'all' | 'done' | 'refused';
}

/** The events of a page that fit. */
export function fitting(events: AuditEvent[], { text, result }: Filter): AuditEvent[] {
  const wanted = text.trim().toLowerCase();
  return events.filter((event) => {
    if (result !== 'all' && event.done !== (result === 'done')) return false;
    const { action, subject, person, details } = event;
    const known = [action, subject, person?.name, person?.email, ...Object.values(details)];
    return known.some((word) => word?.toLowerCase().includes(wanted));
  });
}
