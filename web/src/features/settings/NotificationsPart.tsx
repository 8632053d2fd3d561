import Button from '@atlaskit/button/new';
import Lozenge from '@atlaskit/lozenge';
import { ModalTransition } from '@atlaskit/modal-dialog';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useAction } from '../../api/actions';
import { api, body } from '../../api/client';
import { useMessages } from '../../api/paged';
import { queries } from '../../api/queries';
import type { Webhook } from '../../api/types';
import { Failure } from '../../ui/Dialog';
import { Loaded } from '../../ui/Loaded';
import { Section } from '../../ui/Page';
import { Pager } from '../../ui/Pager';
import { Status } from '../../ui/Status';
import { Table } from '../../ui/Table';
import { Time } from '../../ui/Time';
import { AddWebhookDialog } from './AddWebhookDialog';
import styles from './settings.module.css';

/** Where messages go, and which were sent. */
export function NotificationsPart() {
  const [isAdding, setAdding] = useState(false);
  const query = useQuery(queries.webhooks());
  return (
    <>
      <p>
        Everybody concerned gets a letter of what happens to a connection, with a Stop link of their own. Webhooks get
        the same, signed.
      </p>
      <Section
        title="Webhooks"
        actions={
          <Button appearance="primary" onClick={() => setAdding(true)}>
            Add webhook
          </Button>
        }
      >
        <Loaded query={query}>
          {(webhooks) => (webhooks.length > 0 ? <Webhooks rows={webhooks} /> : <p>No webhook yet.</p>)}
        </Loaded>
      </Section>
      <Section title="Messages">
        <Messages />
      </Section>
      <ModalTransition>{isAdding && <AddWebhookDialog onClose={() => setAdding(false)} />}</ModalTransition>
    </>
  );
}

function Webhooks({ rows }: { rows: Webhook[] }) {
  return (
    <Table
      caption="Webhooks"
      rows={rows}
      rowKey={({ id }) => id}
      columns={[
        { head: 'Address', cell: ({ url }) => url },
        { head: 'Made', cell: ({ made }) => <Time at={made} /> },
        {
          head: 'State',
          cell: ({ disabled }) => (
            <>
              <Lozenge appearance={disabled ? 'removed' : 'success'}>{disabled ? 'Off' : 'On'}</Lozenge>
              {disabled && <p>{disabled}</p>}
            </>
          ),
        },
        { head: 'Actions', isHeadHidden: true, cell: (webhook) => <WebhookActions webhook={webhook} /> },
      ]}
    />
  );
}

function WebhookActions({ webhook }: { webhook: Webhook }) {
  const params = { path: { webhook: webhook.id } };
  const enabled = Boolean(webhook.disabled);
  const turn = useAction(() => body(api.PATCH('/api/v1/webhooks/{webhook}', { params, body: { enabled } })));
  const remove = useAction(() => body(api.DELETE('/api/v1/webhooks/{webhook}', { params })), { said: 'Removed' });
  const error = turn.error ?? remove.error;
  return (
    <>
      <span className={styles.inline}>
        <Button onClick={() => turn.mutate()} isLoading={turn.isPending}>
          {enabled ? 'Turn on' : 'Turn off'}
        </Button>
        <Button onClick={() => remove.mutate()} isLoading={remove.isPending}>
          Remove
        </Button>
      </span>
      {error && <Failure error={error} />}
    </>
  );
}

function Messages() {
  const paged = useMessages();
  return (
    <>
      <Loaded query={paged.query}>
        {({ items }) =>
          items.length > 0 ? (
            <Table
              caption="Messages, the newest first"
              rows={items}
              rowKey={({ id }) => id}
              columns={[
                { head: 'Made', cell: ({ made }) => <Time at={made} /> },
                { head: 'To', cell: ({ person, webhook }) => person?.email ?? (webhook ? 'A webhook' : '–') },
                { head: 'Subject', cell: ({ subject }) => subject },
                {
                  head: 'State',
                  cell: ({ state, problem }) => (
                    <>
                      <Status of={state} />
                      {problem && <p>{problem}</p>}
                    </>
                  ),
                },
              ]}
            />
          ) : (
            <p>Nothing was sent yet.</p>
          )
        }
      </Loaded>
      <Pager of={paged} label="Pages of messages" />
    </>
  );
}
