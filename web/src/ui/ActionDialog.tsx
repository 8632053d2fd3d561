import type { UseMutationResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { fieldError } from '../api/problem';
import { Dialog } from './Dialog';

/** What is wrong with one member of what was sent, for the field beside which it is told. */
export type Wrong = (field: string) => string | undefined;

interface Props<T> {
  title: string;
  onClose: () => void;
  /** What the button does, and Enter. */
  action: UseMutationResult<T, Error, void>;
  /** What went wrong with another way to do it, that the form offers. */
  otherError?: Error | null;
  button: string;
  isDisabled?: boolean;
  isDanger?: boolean;
  width?: 'small' | 'medium' | 'large';
  closeText?: string;
  /** The form; as a function it is given what is wrong with each field. */
  children: ReactNode | ((wrong: Wrong) => ReactNode);
}

/** A dialog in which one thing is done. What no field tells of an error is told under them. */
export function ActionDialog<T>({
  action,
  otherError,
  button,
  isDisabled = false,
  isDanger = false,
  children,
  ...rest
}: Props<T>) {
  const error = action.error ?? otherError;
  const told = new Set<string>();
  const wrong: Wrong = (field) => {
    const message = fieldError(error, field);
    if (message !== undefined) told.add(field);
    return message;
  };
  const form = typeof children === 'function' ? children(wrong) : children;
  return (
    <Dialog
      {...rest}
      error={told.size > 0 ? undefined : error}
      submit={{ text: button, act: () => action.mutate(), isPending: action.isPending, isDisabled, isDanger }}
    >
      {form}
    </Dialog>
  );
}
