import { expect, it } from 'vitest';
import { peopleOf, projectKeys } from './choice';

it('takes project keys however they are separated, each once', () => {
  expect(projectKeys(' ab, CD;ab\nef ')).toEqual(['AB', 'CD', 'EF']);
  expect(projectKeys('  ')).toEqual([]);
});

it('takes pairs of people, and names the lines that are none', () => {
  expect(peopleOf('source,standby\n557058:a,712020:b\r\n"x";"y"\n\n')).toEqual({
    map: { '557058:a': '712020:b', x: 'y' },
    wrong: [],
  });
  expect(peopleOf('a,b,c\nonly').wrong).toEqual(['a,b,c', 'only']);
});
