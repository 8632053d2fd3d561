import Button from '@atlaskit/button/new';
import { useAction } from '../../api/actions';
import { api, body } from '../../api/client';
import type { Point } from '../../api/types';
import { Failure } from '../../ui/Dialog';

/** Keeps a point whatever the retention says, or lets it go. */
export function Pin({ site, point: { number, pinned } }: { site: string; point: Point }) {
  const params = { path: { site, point: number } };
  const path = '/api/v1/sites/{site}/points/{point}/pin';
  const turn = useAction(() => body(pinned ? api.DELETE(path, { params }) : api.PUT(path, { params })), {
    said: pinned ? `No. ${number} is kept as long as the retention says` : `No. ${number} stays until it is let go`,
  });
  return (
    <>
      <Button onClick={() => turn.mutate()} isLoading={turn.isPending}>
        {pinned ? 'Let go' : 'Pin'}
      </Button>
      {turn.error && <Failure error={turn.error} />}
    </>
  );
}
