import { Link as RouterLink } from '@tanstack/react-router';
import { forwardRef, type AnchorHTMLAttributes } from 'react';

type Props = AnchorHTMLAttributes<HTMLAnchorElement> & { href: string };

/** A link to another page of the dashboard, by its path. Atlaskit's components use it, too. */
export const Link = forwardRef<HTMLAnchorElement, Props>(function Link({ href, children, ...rest }, ref) {
  return (
    <RouterLink to={href} {...rest} ref={ref}>
      {children}
    </RouterLink>
  );
});
