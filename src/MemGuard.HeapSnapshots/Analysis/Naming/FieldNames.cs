using System.Text;

namespace MemGuard.HeapSnapshots.Analysis;

/// <summary>Writes fields as the source has them: an automatic property's field by the property, a captured variable by the variable.</summary>
internal static class FieldNames
{
    public static string Display(string name)
    {
        int close = name.StartsWith('<') ? name.LastIndexOf('>') : -1;
        return VisibleText.OfName(close > 1 ? WithoutNamespace(name[1..close]) : name);
    }

    // A property that implements an interface by name has the interface's full name before its own.
    private static string WithoutNamespace(string name)
    {
        int property = name.LastIndexOf('.');
        if (property < name.LastIndexOf('>'))
        {
            return name;
        }

        StringBuilder text = new(name.Length);
        int word = 0;
        for (int i = 0; i < property; i++)
        {
            if (name[i] == '.')
            {
                text.Length = word;
                continue;
            }

            text.Append(name[i]);
            word = name[i] is '<' or '>' or ',' ? text.Length : word;
        }

        return text.Append(name, Math.Max(property, 0), name.Length - Math.Max(property, 0)).ToString();
    }
}
