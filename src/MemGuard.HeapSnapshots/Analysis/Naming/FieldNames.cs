namespace MemGuard.HeapSnapshots.Analysis;

/// <summary>Writes fields as the source has them: an automatic property's field by the property, a captured variable by the variable.</summary>
internal static class FieldNames
{
    public static string Display(string name)
    {
        int close = name.StartsWith('<') ? name.IndexOf('>', StringComparison.Ordinal) : -1;
        return VisibleText.OfName(close > 1 ? name[1..close] : name);
    }
}
