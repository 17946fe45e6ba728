namespace MemGuard.HeapSnapshots.Analysis;

/// <summary>Writes fields as the source has them: an automatic property's field by the property, a captured variable by the variable.</summary>
internal static class FieldNames
{
    public static string Display(string name)
    {
        if (name.StartsWith('<'))
        {
            int close = name.IndexOf('>', StringComparison.Ordinal);
            string inner = name[1..close];
            return inner.Length > 0 ? inner : name;
        }

        return name;
    }
}
