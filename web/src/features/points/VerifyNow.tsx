import Button from '@atlaskit/button/new';
import { useAction } from '../../api/actions';
import { api, body } from '../../api/client';
import { Failure } from '../../ui/Dialog';

/** Has every byte and record of the vault checked. */
export function VerifyNow({ site }: { site: string }) {
  const verify = useAction(() => body(api.POST('/api/v1/sites/{site}/verifications', { params: { path: { site } } })), {
    said: 'The verification waits for a worker',
  });
  return (
    <>
      <p>
        <Button onClick={() => verify.mutate()} isLoading={verify.isPending}>
          Verify the vault now
        </Button>
      </p>
      {verify.error && <Failure error={verify.error} />}
    </>
  );
}
