import type { components } from './schema';

type Details = components['schemas']['ProblemDetails'];

/** Whatever the server answers that is no success, and an answer that did not come at all. */
export class Problem extends Error {
  /** `not-found`, `sign-in-again`, …; `unreachable` where nothing answered. */
  readonly kind: string;
  readonly status: number;
  readonly title: string;
  readonly detail: string | undefined;
  /** What is wrong with members of the body, by their place. */
  readonly fields: Readonly<Record<string, string>>;

  constructor(details: Details) {
    super(details.detail ?? details.title);
    this.name = 'Problem';
    this.kind = details.type.replace('urn:lifeboat:problem:', '');
    this.status = details.status;
    this.title = details.title;
    this.detail = details.detail ?? undefined;
    this.fields = Object.fromEntries((details.errors ?? []).map(({ field, message }) => [field, message]));
  }

  static unreachable(): Problem {
    return new Problem({
      type: 'urn:lifeboat:problem:unreachable',
      title: 'Lifeboat cannot be reached',
      status: 0,
      detail: 'The server does not answer. What was running goes on by itself when it is back.',
    });
  }
}

/** The problem that an answer holds; a body that is none is told by its status. */
export function problemOf(body: unknown, status: number): Problem {
  if (isDetails(body)) return new Problem(body);
  return new Problem({
    type: 'urn:lifeboat:problem:internal',
    title: 'Something went wrong',
    status,
    detail: `The server answered ${String(status)} and did not say why.`,
  });
}

function isDetails(body: unknown): body is Details {
  return (
    typeof body === 'object' &&
    body !== null &&
    'type' in body &&
    typeof body.type === 'string' &&
    'title' in body &&
    typeof body.title === 'string'
  );
}

/** What a person reads of an error: the one place where errors become words. */
export function words(error: unknown): { title: string; detail: string } {
  if (!(error instanceof Problem)) {
    return { title: 'Something went wrong', detail: 'The page could not go on. Reload it, and tell whoever runs it.' };
  }
  const fields = Object.entries(error.fields).map(([field, message]) => `${field}: ${message}`);
  const detail = sentence(error.detail ?? fields.join('; '));
  return { title: error.title, detail };
}

/** A text as a sentence: the server's causes begin small and have no full stop. An address or a name stays as it is. */
export function sentence(text: string): string {
  const trimmed = text.trim();
  if (trimmed === '') return '';
  const isWord = /^[a-z]+(?=[\s,.;]|:\s|$)/.test(trimmed);
  const begun = isWord ? trimmed.charAt(0).toUpperCase() + trimmed.slice(1) : trimmed;
  return /[.!?…]$/.test(begun) ? begun : `${begun}.`;
}

/** What is wrong with one member of the body that was sent. */
export function fieldError(error: unknown, field: string): string | undefined {
  const message = error instanceof Problem ? error.fields[field] : undefined;
  return message === undefined ? undefined : sentence(message);
}

/** Whether trying again may help. */
export function isPassing(error: unknown): boolean {
  return error instanceof Problem && ['unreachable', 'unavailable', 'too-many'].includes(error.kind);
}
