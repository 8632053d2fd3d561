import { describe, expect, it } from 'vitest';
import { previewText, retentionText, whole } from './retention';

describe('retention', () => {
  it('names what is kept and leaves out what is not', () => {
    expect(retentionText({ hourly: 24, daily: 1, weekly: 0, monthly: 12 })).toBe('24 hours, 1 day, 12 months');
  });
  it('takes whole numbers alone', () => {
    expect(['12', ' 0 ', '-1', '1.5', '', 'x', '123456'].map(whole)).toEqual([
      12,
      0,
      undefined,
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
  });
  it('says what would go', () => {
    const preview = { kept: [3, 4], retired: [1], deleted: 2, freed: 5_000_000, heldBy: [] };
    expect(previewText(preview)).toBe(
      '1 recovery point would go now, 2 would stay. 5.0 MB of what went earlier would be deleted.',
    );
    expect(previewText({ ...preview, retired: [], heldBy: ['point 1: recovery'] })).toBe(
      'None would go now, 2 would stay. Nothing would be deleted while a recovery runs.',
    );
  });
});
