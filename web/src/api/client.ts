import createClient from 'openapi-fetch';
import type { paths } from './schema';
import { Problem, problemOf } from './problem';
import { send } from './send';

/** The server's API, typed by its own document. */
export const api = createClient<paths>({
  baseUrl: new URL('.', document.baseURI).href.replace(/\/$/, ''),
  fetch: send,
});

/** What openapi-fetch gives. */
interface Answer<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

/** The body of an answer, or its problem thrown. */
export async function body<T>(call: Promise<Answer<T>>): Promise<T> {
  return (await tagged(call)).value;
}

/** The body of an answer with its entity tag, for a change that must not overwrite somebody else's. */
export async function tagged<T>(call: Promise<Answer<T>>): Promise<{ value: T; tag: string | null }> {
  let answer: Answer<T>;
  try {
    answer = await call;
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw Problem.unreachable();
  }
  if (!answer.response.ok) throw problemOf(answer.error, answer.response.status);
  return { value: answer.data as T, tag: answer.response.headers.get('ETag') };
}
