import { useMutation, useQueryClient, type UseMutationResult } from '@tanstack/react-query';
import { useFlags } from '../ui/Flags';

/** Something that a person does: what is shown is read anew afterwards, and a flag says that it is done. */
export function useAction<T, V = void>(
  act: (given: V) => Promise<T>,
  options: { said?: string | ((done: T) => string | undefined); then?: (done: T) => void } = {},
): UseMutationResult<T, Error, V> {
  const client = useQueryClient();
  const flags = useFlags();
  return useMutation({
    mutationFn: act,
    // What an answer shows once (a token, a key) is not kept in the cache of mutations.
    gcTime: 0,
    onSuccess: async (done) => {
      const said = typeof options.said === 'function' ? options.said(done) : options.said;
      if (said !== undefined) flags.success(said);
      options.then?.(done);
      await client.invalidateQueries();
    },
  });
}
