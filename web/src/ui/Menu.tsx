import Button from '@atlaskit/button/new';
import DropdownMenu, { DropdownItemGroup } from '@atlaskit/dropdown-menu';
import ChevronDownIcon from '@atlaskit/icon/core/chevron-down';
import type { ReactNode } from 'react';
import { SystemColours } from './SystemColours';

interface Props {
  text: string;
  /** What is read aloud in its place. */
  label?: string;
  /** Above the items. */
  title?: string;
  children: ReactNode;
}

/** A button that opens a menu. Open, it keeps its colours: those of a selected button have too little contrast. */
export function Menu({ text, label, title, children }: Props) {
  return (
    <DropdownMenu
      placement="bottom-end"
      trigger={({ triggerRef, ...props }) => (
        <Button
          {...props}
          ref={triggerRef}
          isSelected={false}
          aria-label={label}
          iconAfter={(icon) => <ChevronDownIcon {...icon} size="small" />}
        >
          {text}
        </Button>
      )}
    >
      <SystemColours />
      <DropdownItemGroup title={title}>{children}</DropdownItemGroup>
    </DropdownMenu>
  );
}
