namespace MemGuard.Benchmarks.Cache;

/// <summary>The most hits that any cache can have that knows the future: it drops the key whose next use is farthest away (Belady).</summary>
internal static class Belady
{
    public static double GetHitPercentage(int[] keys, int capacity)
    {
        int[] nextUse = new int[keys.Length];
        Dictionary<int, int> seen = [];
        for (int i = keys.Length - 1; i >= 0; i--)
        {
            nextUse[i] = seen.GetValueOrDefault(keys[i], int.MaxValue);
            seen[keys[i]] = i;
        }

        // Outdated entries of the queue are skipped: a key's current next use is in the dictionary.
        Dictionary<int, int> present = [];
        PriorityQueue<int, int> farthest = new(Comparer<int>.Create(static (left, right) => right.CompareTo(left)));
        int hits = 0;
        for (int i = 0; i < keys.Length; i++)
        {
            int key = keys[i];
            if (present.ContainsKey(key))
            {
                hits++;
            }
            else if (present.Count == capacity)
            {
                while (farthest.TryDequeue(out int victim, out int use))
                {
                    if (present.TryGetValue(victim, out int current) && current == use)
                    {
                        present.Remove(victim);
                        break;
                    }
                }
            }

            present[key] = nextUse[i];
            farthest.Enqueue(key, nextUse[i]);
        }

        return 100.0 * hits / keys.Length;
    }
}
