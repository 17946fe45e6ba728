using System.Text.Json;

namespace MemGuard.Evidence;

/// <summary>The value of an option: a number, a truth or a word; never a path.</summary>
internal readonly record struct ReportedSetting
{
    private ReportedSetting(double? number, bool? truth, JsonEncodedText? word) => (Number, Truth, Word) = (number, truth, word);

    public double? Number { get; }

    public bool? Truth { get; }

    public JsonEncodedText? Word { get; }

    public static ReportedSetting Of(double? number) => new(number, null, null);

    public static ReportedSetting Of(bool truth) => new(null, truth, null);

    public static ReportedSetting Of(string word) => new(null, null, ReportedText.Of(word));
}
