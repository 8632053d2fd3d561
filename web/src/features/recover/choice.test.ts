import { expect, it } from 'vitest';
import { peopleOf, projectKeys, withPeople, withPerson } from './choice';

it('takes project keys however they are separated, each once', () => {
  expect(projectKeys(' ab, CD;ab\nef ')).toEqual(['AB', 'CD', 'EF']);
  expect(projectKeys('  ')).toEqual([]);
});

it('takes pairs of people, and names the lines that are none', () => {
  expect(peopleOf('source,standby\n557058:a,712020:b\r\n"x";"y"\n\n')).toEqual({
    map: { '557058:a': '712020:b', x: 'y' },
    wrong: [],
  });
  expect(peopleOf('a,b,c,d\nonly\na,\n,b\n"a" b,c').wrong).toEqual(['a,b,c,d', 'only', 'a,', ',b', '"a" b,c']);
});

it('takes a name beside a pair, and a line that is left open', () => {
  const people = peopleOf('source,standby,name\na,b,"Doe, ""Jo"""\nc,,Carl');
  expect(people).toEqual({ map: { a: 'b' }, wrong: [] });
});

it('writes whom somebody is on the standby, once', () => {
  const jane = { account: '557058:a', name: 'Doe, Jane "J"' };
  const once = withPerson('x,y', jane, ' 712020:b ');
  expect(once).toBe('x,y\n557058:a,712020:b,"Doe, Jane ""J"""');
  expect(peopleOf(once).map).toEqual({ x: 'y', '557058:a': '712020:b' });
  expect(peopleOf(withPerson(once, jane, 'c')).map).toEqual({ x: 'y', '557058:a': 'c' });
  expect(peopleOf(withPerson(once, jane, '')).map).toEqual({ x: 'y' });
});

it('lists people to be decided about, and keeps what was decided', () => {
  const people = [
    { account: 'a', name: 'Ann' },
    { account: 'b', name: 'Bob\nBy' },
  ];
  const listed = withPeople('', people);
  expect(listed).toBe('source,standby,name\na,,Ann\nb,,"Bob By"');
  expect(peopleOf(listed)).toEqual({ map: {}, wrong: [] });
  expect(withPeople('a,z', people)).toBe('a,z,Ann\nb,,"Bob By"');
});
