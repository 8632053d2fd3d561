import { describe, expect, it } from 'vitest';
import { Problem, fieldError, isPassing, problemOf, sentence, words } from './problem';

const refused = { type: 'urn:lifeboat:problem:refused', title: 'This is not possible now', status: 409 };

describe('problems', () => {
  it('keep what the server says', () => {
    const problem = problemOf({ ...refused, detail: 'the connection is locked' }, 409);
    expect(problem.kind).toBe('refused');
    expect(words(problem)).toEqual({ title: 'This is not possible now', detail: 'The connection is locked.' });
  });

  it('name the members that are wrong', () => {
    const problem = problemOf(
      { ...refused, errors: [{ field: 'name', message: 'another connection has this name' }] },
      422,
    );
    expect(fieldError(problem, 'name')).toBe('Another connection has this name.');
    expect(fieldError(problem, 'source')).toBeUndefined();
    expect(words(problem).detail).toBe('Name: another connection has this name.');
  });

  it('are told by their status where a body is none', () => {
    expect(problemOf('<h1>Bad gateway</h1>', 502).message).toContain('502');
    expect(problemOf(null, 500).kind).toBe('internal');
  });

  it('say whether trying again may help', () => {
    expect(isPassing(Problem.unreachable())).toBe(true);
    expect(isPassing(problemOf(refused, 409))).toBe(false);
    expect(isPassing(new Error('?'))).toBe(false);
  });

  it('never show what an unexpected error holds', () => {
    expect(words(new Error('token=canary')).detail).not.toContain('canary');
  });

  it('are sentences', () => {
    expect(sentence('the name is taken')).toBe('The name is taken.');
    expect(sentence('https://example.com does not answer')).toBe('https://example.com does not answer.');
    expect(sentence('Try again in 5 s.')).toBe('Try again in 5 s.');
    expect(sentence(' ')).toBe('');
  });
});
