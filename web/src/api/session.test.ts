import { QueryClient, QueryObserver } from '@tanstack/react-query';
import { expect, it, vi } from 'vitest';
import { queries } from './queries';
import { become } from './session';

// The client asks the page for its address.
vi.hoisted(() => vi.stubGlobal('document', { baseURI: 'http://lifeboat.test/' }));

const ann = { id: '1', name: 'Ann', email: 'ann@example.com', role: 'owner', actions: [] };

it('whoever shows the session is told who it is now, and nobody sees what was read for somebody else', () => {
  const client = new QueryClient();
  become(client, null);
  const shown = new QueryObserver(client, { ...queries.session(), enabled: false });
  const stop = shown.subscribe(() => undefined);
  client.setQueryData(['connections'], ['of somebody else']);
  become(client, ann);
  expect(shown.getCurrentResult().data).toEqual(ann);
  expect(client.getQueryData(['connections'])).toBeUndefined();
  stop();
});
