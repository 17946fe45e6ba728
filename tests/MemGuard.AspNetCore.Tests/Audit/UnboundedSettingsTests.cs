using MemGuard.AspNetCore.Audit;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace MemGuard.AspNetCore.Tests.Audit;

public sealed class UnboundedSettingsTests
{
    public static TheoryData<string, Action<KestrelServerLimits>> ServerSettings => new()
    {
        { "request bodies", static limits => limits.MaxRequestBodySize = null },
        { "request buffers", static limits => limits.MaxRequestBufferSize = null },
        { "response buffers", static limits => limits.MaxResponseBufferSize = null },
        { "request headers", static limits => limits.MaxRequestHeaderCount = int.MaxValue },
        {
            "request headers", static limits =>
            {
                limits.MaxRequestBufferSize = int.MaxValue;
                limits.MaxRequestHeadersTotalSize = int.MaxValue;
            }
        },
    };

    public static TheoryData<string, Action<FormOptions>> FormSettings => new()
    {
        { "form values", static forms => forms.ValueCountLimit = int.MaxValue },
        { "form values", static forms => forms.ValueLengthLimit = int.MaxValue },
        { "form values", static forms => forms.KeyLengthLimit = int.MaxValue },
        { "multipart sections", static forms => forms.MultipartBodyLengthLimit = long.MaxValue },
        { "multipart sections", static forms => forms.MultipartHeadersLengthLimit = int.MaxValue },
        { "multipart sections", static forms => forms.MultipartHeadersCountLimit = int.MaxValue },
        {
            "buffered forms", static forms =>
            {
                forms.BufferBody = true;
                forms.BufferBodyLengthLimit = long.MaxValue;
            }
        },
    };

    [Fact]
    public void Find_DefaultsAndNothing_AreBounded()
    {
        Assert.Empty(UnboundedSettings.Find(new AuditedSettings()));
        Assert.Empty(UnboundedSettings.Find(new AuditedSettings { Server = new KestrelServerLimits(), Forms = new FormOptions() }));
    }

    [Theory]
    [MemberData(nameof(ServerSettings))]
    public void Find_ServersLimitTakenAway_NamesItAlone(string what, Action<KestrelServerLimits> take)
    {
        KestrelServerLimits limits = new();
        take(limits);

        Assert.StartsWith(what + " (KestrelServerLimits.", Assert.Single(UnboundedSettings.Find(new AuditedSettings { Server = limits })), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(FormSettings))]
    public void Find_FormsLimitTakenAway_NamesItAlone(string what, Action<FormOptions> take)
    {
        FormOptions forms = new();
        take(forms);

        Assert.StartsWith(what + " (FormOptions.", Assert.Single(UnboundedSettings.Find(new AuditedSettings { Forms = forms })), StringComparison.Ordinal);
    }

    [Fact]
    public void Find_FormWithoutALimitThatIsNotBuffered_IsBounded() =>
        Assert.Empty(UnboundedSettings.Find(new AuditedSettings { Forms = new FormOptions { BufferBody = false, BufferBodyLengthLimit = long.MaxValue } }));
}
