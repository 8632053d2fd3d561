import { Empty } from '../ui/Empty';
import { Link } from '../ui/Link';
import { Page } from '../ui/Page';

export function NotFound() {
  return (
    <Page title="There is no such page">
      <Empty title="Nothing is at this address" action={<Link href="/connections">To the recovery connections</Link>}>
        It may have been removed, or the link is wrong.
      </Empty>
    </Page>
  );
}
