using System.Text;

namespace MemGuard.HeapSnapshots.Reporting;

/// <summary>How a report's parts are written in one format. Texts that others chose go through <see cref="Words"/> or <see cref="Code"/>, which let none of them pass for the report's own.</summary>
internal abstract class ReportStyle
{
    public static ReportStyle Text { get; } = new TextStyle();

    public static ReportStyle Markdown { get; } = new MarkdownStyle();

    public abstract void Heading(TextWriter writer, int level, string text);

    public abstract void Paragraph(TextWriter writer, string text);

    public abstract void Item(TextWriter writer, string text);

    public abstract void Detail(TextWriter writer, string label, string text);

    /// <summary>What follows is no longer part of the list.</summary>
    public abstract void EndList(TextWriter writer);

    /// <summary>A sentence of somebody else's.</summary>
    public abstract string Words(string text);

    /// <summary>A name.</summary>
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

        public override void EndList(TextWriter writer)
        {
        }

        public override string Words(string text) => VisibleText.Of(text);

        public override string Code(string text) => VisibleText.Of(text);

        public override void Table(TextWriter writer, IReadOnlyList<string> head, IEnumerable<IReadOnlyList<string>> rows)
        {
            foreach (IReadOnlyList<string> row in rows.Prepend(head))
            {
                writer.WriteLine($"{row[0],26} {row[1],14}  {row[2]}");
            }
        }
    }

    private sealed class MarkdownStyle : ReportStyle
    {
        private const string Markup = "\\`*_{}[]<>()#+-!|~&";

        public override void Heading(TextWriter writer, int level, string text) => writer.WriteLine($"{new string('#', level)} {text}\n");

        public override void Paragraph(TextWriter writer, string text) => writer.WriteLine(text + "\n");

        public override void Item(TextWriter writer, string text) => writer.WriteLine("- " + text);

        public override void Detail(TextWriter writer, string label, string text) => writer.WriteLine($"  - {label}: {text}");

        // Without a blank line Markdown takes what follows for the last item's.
        public override void EndList(TextWriter writer) => writer.WriteLine();

        public override string Words(string text)
        {
            StringBuilder escaped = new();
            foreach (char character in VisibleText.Of(text))
            {
                escaped.Append(Markup.Contains(character, StringComparison.Ordinal) ? "\\" : "").Append(character);
            }

            return escaped.ToString();
        }

        // Type names contain pipes of candidate lists and brackets of generics: both are markup outside code. A fence longer than any in the name holds it.
        public override string Code(string text)
        {
            string inside = VisibleText.Of(text).Replace("|", "or", StringComparison.Ordinal);
            int longest = 0;
            int run = 0;
            foreach (char character in inside)
            {
                run = character == '`' ? run + 1 : 0;
                longest = Math.Max(longest, run);
            }

            string fence = new('`', longest + 1);
            return longest == 0 ? $"`{inside}`" : $"{fence} {inside} {fence}";
        }

        public override void Table(TextWriter writer, IReadOnlyList<string> head, IEnumerable<IReadOnlyList<string>> rows)
        {
            writer.WriteLine($"| {string.Join(" | ", head)} |");
            writer.WriteLine($"|{string.Join("|", head.Select(static _ => "---"))}|");
            foreach (IReadOnlyList<string> row in rows)
            {
                writer.WriteLine($"| {string.Join(" | ", row)} |");
            }

            writer.WriteLine();
        }
    }
}
