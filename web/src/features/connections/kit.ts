/** What an emergency kit says: all that is needed on the day, and nothing that can be looked up only while the source is up. */
export interface Kit {
  connection: string;
  sourceUrl: string;
  token: string;
  /** Where Lifeboat is. */
  server: string;
  contacts: string[];
  made: string;
}

/** The sections of a kit, as lines. */
export function kitSections(kit: Kit): { title: string; lines: string[] }[] {
  return [
    {
      title: 'Connection',
      lines: [kit.connection, `Made ${kit.made}`],
    },
    { title: 'Source Site URL', lines: [kit.sourceUrl] },
    { title: 'Recovery Token', lines: [kit.token] },
    {
      title: 'On the day',
      lines: [
        `1. Sign in to Lifeboat: ${kit.server}`,
        '2. Recovery connections > Activate connection: the standby, the Source Site URL and the Recovery Token.',
        '   (Not needed if the connection is already Active.)',
        '3. Ask for the recovery, and confirm it by the code that you get by e-mail.',
        '4. Tell a recovery contact and the support team at once: both must act before anything is unlocked.',
        '5. Recover site.',
      ],
    },
    {
      title: 'Recovery contacts',
      lines: kit.contacts.length > 0 ? kit.contacts : ['None are named yet: name them under Settings.'],
    },
    {
      title: 'Keep it',
      lines: ['In a password manager or a safe, not in Jira, and not in mail of the same domain as the source site.'],
    },
  ];
}

/** The kit as a text file. */
export function kitText(kit: Kit): string {
  const sections = kitSections(kit).map(
    ({ title, lines }) => `${title}\n${'-'.repeat(title.length)}\n${lines.join('\n')}`,
  );
  return ['Lifeboat emergency kit\n======================', ...sections, ''].join('\n\n');
}

/** A name for the file that every system takes. */
export function kitFile(connection: string): string {
  const safe = connection.replace(/[^A-Za-z0-9_-]+/g, '-').replace(/^-+|-+$/g, '');
  return `lifeboat-emergency-kit-${safe || 'connection'}.txt`;
}

/** Whether the end of the token was typed: whoever can do that stored it. */
export function isStored(token: string, typed: string): boolean {
  return typed.trim().length === 6 && token.endsWith(typed.trim());
}
