namespace MemGuard.HeapSnapshots.Reporting;

/// <summary>How a report's parts are written in one format.</summary>
internal abstract class ReportStyle
{
    public static ReportStyle Text { get; } = new TextStyle();

    public static ReportStyle Markdown { get; } = new MarkdownStyle();

    public abstract void Heading(TextWriter writer, int level, string text);

    public abstract void Paragraph(TextWriter writer, string text);

    public abstract void Item(TextWriter writer, string text);

    public abstract void Detail(TextWriter writer, string label, string text);

    public abstract string Code(string text);

    public abstract void Table(TextWriter writer, IReadOnlyList<string> head, IEnumerable<IReadOnlyList<string>> rows);

    private sealed class TextStyle : ReportStyle
    {
        public override void Heading(TextWriter writer, int level, string text)
        {
            writer.WriteLine(level == 1 ? text : "\n" + text);
            writer.WriteLine(new string(level == 1 ? '=' : '-', text.Length));
        }

        public override void Paragraph(TextWriter writer, string text) => writer.WriteLine(text);

        public override void Item(TextWriter writer, string text) => writer.WriteLine(text);

        public override void Detail(TextWriter writer, string label, string text) => writer.WriteLine($"    {label}: {text}");

        public override string Code(string text) => text;

        public override void Table(TextWriter writer, IReadOnlyList<string> head, IEnumerable<IReadOnlyList<string>> rows)
        {
            foreach (IReadOnlyList<string> row in rows.Prepend(head))
            {
                writer.WriteLine($"{row[0],12} {row[1],14}  {row[2]}");
            }
        }
    }

    private sealed class MarkdownStyle : ReportStyle
    {
        public override void Heading(TextWriter writer, int level, string text) => writer.WriteLine($"{new string('#', level)} {text}\n");

        public override void Paragraph(TextWriter writer, string text) => writer.WriteLine(text + "\n");

        public override void Item(TextWriter writer, string text) => writer.WriteLine("- " + text);

        public override void Detail(TextWriter writer, string label, string text) => writer.WriteLine($"  - {label}: {text}");

        // Type names contain pipes of candidate lists and brackets of generics: both are markup outside code.
        public override string Code(string text) => $"`{text.Replace("|", "or", StringComparison.Ordinal)}`";

        public override void Table(TextWriter writer, IReadOnlyList<string> head, IEnumerable<IReadOnlyList<string>> rows)
        {
            writer.WriteLine($"\n| {string.Join(" | ", head)} |");
            writer.WriteLine($"|{string.Join("|", head.Select(static _ => "---"))}|");
            foreach (IReadOnlyList<string> row in rows)
            {
                writer.WriteLine($"| {string.Join(" | ", row)} |");
            }
        }
    }
}
