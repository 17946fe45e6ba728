namespace MemGuard.StartupHook.Variables;

/// <summary>Finds the variable that somebody probably meant.</summary>
internal static class NearestName
{
    /// <param name="normal">A name as <see cref="EnvironmentVariables.Normalize"/> gives it.</param>
    /// <param name="variables">The known ones.</param>
    public static HookVariable Find(string normal, IEnumerable<HookVariable> variables) =>
        variables.MinBy(variable => CountEdits(normal, EnvironmentVariables.Normalize(variable.Name)))!;

    /// <summary>Letters to insert, delete or replace (Levenshtein's distance).</summary>
    public static int CountEdits(string one, string other)
    {
        int[] row = [.. Enumerable.Range(0, other.Length + 1)];
        for (int i = 1; i <= one.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= other.Length; j++)
            {
                int replaced = diagonal + (one[i - 1] == other[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(replaced, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[^1];
    }
}
