import Button from '@atlaskit/button/new';
import Modal, { ModalBody, ModalFooter, ModalHeader, ModalTitle } from '@atlaskit/modal-dialog';
import SectionMessage from '@atlaskit/section-message';
import type { ReactNode } from 'react';
import { words } from '../api/problem';
import { SystemColours } from './SystemColours';
import styles from './ui.module.css';

interface Props {
  title: string;
  children: ReactNode;
  onClose: () => void;
  /** What the button does; a dialog without only shows something. */
  submit?: { text: string; act: () => void; isPending: boolean; isDisabled?: boolean; isDanger?: boolean };
  error?: unknown;
  /** Whether the dialog closes only by its buttons: what it shows is shown once. */
  isSticky?: boolean;
  closeText?: string;
  width?: 'small' | 'medium' | 'large';
}

/** A dialog with a form: Enter sends it, what went wrong is said in it, and nothing is sent twice. */
export function Dialog({ title, children, onClose, submit, error, isSticky = false, closeText, width }: Props) {
  const close = () => {
    if (!isSticky && !submit?.isPending) onClose();
  };
  return (
    <Modal onClose={close} shouldCloseOnOverlayClick={false} width={width ?? 'medium'}>
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          // A dialog may stand in another one's React tree: its form is not that one's.
          event.stopPropagation();
          if (submit && !submit.isPending && !submit.isDisabled) submit.act();
        }}
      >
        <ModalHeader hasCloseButton={!isSticky}>
          <ModalTitle appearance={submit?.isDanger ? 'danger' : undefined}>{title}</ModalTitle>
        </ModalHeader>
        <ModalBody>
          <SystemColours />
          <div className={styles.stack}>
            {children}
            {error !== undefined && error !== null && <Failure error={error} />}
          </div>
        </ModalBody>
        <ModalFooter>
          {!isSticky && (
            <Button appearance="subtle" onClick={close}>
              {closeText ?? (submit ? 'Cancel' : 'Close')}
            </Button>
          )}
          {submit && (
            <Button
              type="submit"
              appearance={submit.isDanger ? 'danger' : 'primary'}
              isLoading={submit.isPending}
              isDisabled={submit.isDisabled ?? false}
            >
              {submit.text}
            </Button>
          )}
        </ModalFooter>
      </form>
    </Modal>
  );
}

/** What went wrong, in a form. */
export function Failure({ error }: { error: unknown }) {
  const { title, detail } = words(error);
  return (
    <div role="alert">
      <SectionMessage appearance="error" title={title} headingLevel="h2">
        <p>{detail}</p>
      </SectionMessage>
    </div>
  );
}
