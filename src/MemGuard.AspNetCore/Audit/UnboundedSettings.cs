using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.Caching.Memory;

namespace MemGuard.AspNetCore.Audit;

/// <summary>Finds what has no bound, each with the setting that bounds it. Pure.</summary>
internal static class UnboundedSettings
{
    public static IEnumerable<string> Find(AuditedSettings settings)
    {
        KestrelServerLimits? server = settings.Server;
        if (server is not null)
        {
            if (server.MaxRequestBodySize is null)
            {
                yield return "request bodies (KestrelServerLimits.MaxRequestBodySize)";
            }

            if (server.MaxRequestBufferSize is null)
            {
                yield return "request buffers (KestrelServerLimits.MaxRequestBufferSize)";
            }

            if (server.MaxResponseBufferSize is null)
            {
                yield return "response buffers (KestrelServerLimits.MaxResponseBufferSize)";
            }

            if (server.MaxRequestHeadersTotalSize == int.MaxValue || server.MaxRequestHeaderCount == int.MaxValue)
            {
                yield return "request headers (KestrelServerLimits.MaxRequestHeadersTotalSize, MaxRequestHeaderCount)";
            }
        }

        foreach (string form in FindForms(settings.Forms))
        {
            yield return form;
        }

        if (settings.MemoryCache is { SizeLimit: null })
        {
            yield return "IMemoryCache (MemoryCacheOptions.SizeLimit, or services.AddBoundedMemoryCache())";
        }

        if (settings.Hubs is { MaximumReceiveMessageSize: null })
        {
            yield return "SignalR messages (HubOptions.MaximumReceiveMessageSize)";
        }

        foreach (string channel in settings.UnboundedChannels)
        {
            yield return $"{channel} (services.AddBoundedQueue)";
        }
    }

    private static IEnumerable<string> FindForms(FormOptions? forms)
    {
        if (forms is null)
        {
            yield break;
        }

        if (forms.BufferBody && forms.BufferBodyLengthLimit == long.MaxValue)
        {
            yield return "buffered forms (FormOptions.BufferBodyLengthLimit)";
        }

        if (forms.ValueCountLimit == int.MaxValue || forms.ValueLengthLimit == int.MaxValue || forms.KeyLengthLimit == int.MaxValue)
        {
            yield return "form values (FormOptions.ValueCountLimit, ValueLengthLimit, KeyLengthLimit)";
        }

        if (forms.MultipartBodyLengthLimit == long.MaxValue || forms.MultipartHeadersLengthLimit == int.MaxValue || forms.MultipartHeadersCountLimit == int.MaxValue)
        {
            yield return "multipart sections (FormOptions.MultipartBodyLengthLimit, MultipartHeadersLengthLimit, MultipartHeadersCountLimit)";
        }
    }
}

/// <summary>What the audit looks at; null for what the application does not have.</summary>
internal sealed record AuditedSettings
{
    public KestrelServerLimits? Server { get; init; }

    public FormOptions? Forms { get; init; }

    public MemoryCacheOptions? MemoryCache { get; init; }

    public HubOptions? Hubs { get; init; }

    /// <summary>Types of channels without a bound that are services of the application.</summary>
    public IReadOnlyList<string> UnboundedChannels { get; init; } = [];
}
