import { IconButton } from '@atlaskit/button/new';
import DropdownMenu, { DropdownItem, DropdownItemGroup } from '@atlaskit/dropdown-menu';
import LockLockedIcon from '@atlaskit/icon/core/lock-locked';
import MoreIcon from '@atlaskit/icon/core/show-more-horizontal';
import { useNavigate } from '@tanstack/react-router';
import { useMay } from '../../api/session';
import type { Connection } from '../../api/types';
import { SystemColours } from '../../ui/SystemColours';
import { useNow } from '../../ui/now';
import type { Wanted } from './DeedDialog';
import { menuOf, type Item } from './menu';

interface Props {
  connection: Connection;
  onWant: (wanted: Wanted) => void;
}

/** ••• */
export function ConnectionMenu({ connection, onWant }: Props) {
  const may = useMay();
  const now = useNow();
  const navigate = useNavigate();
  const items = menuOf(connection, may, now);
  if (items.length === 0) return null;
  const choose = ({ deed, isLocked }: Item) => {
    const params = { connection: connection.id };
    if (deed === 'recover' && isLocked) onWant({ deed: 'why-locked', connection });
    else if (deed === 'recover') void navigate({ to: '/connections/$connection/recover', params });
    else if (deed === 'see-request') void navigate({ to: '/verification/$connection', params });
    else onWant({ deed, connection });
  };
  return (
    <DropdownMenu
      placement="bottom-end"
      trigger={({ triggerRef, ...props }) => (
        <IconButton
          {...props}
          ref={triggerRef}
          icon={MoreIcon}
          label={`Actions for ${connection.name}`}
          appearance="subtle"
        />
      )}
    >
      <SystemColours />
      <DropdownItemGroup>
        {items.map((item) => (
          <DropdownItem
            key={item.deed}
            onClick={() => choose(item)}
            elemAfter={item.isLocked ? <LockLockedIcon label="Locked" size="small" /> : undefined}
          >
            {item.text}
          </DropdownItem>
        ))}
      </DropdownItemGroup>
    </DropdownMenu>
  );
}
