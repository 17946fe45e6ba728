using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OpenTelemetry.Exporter;
using OpenTelemetry.Logs;

namespace MemGuard.Exporters.Tests.Logs;

/// <summary>What OpenTelemetry's exporter, the real package, sends by OTLP over HTTP: the parts of an alert are attributes of its record.</summary>
public sealed class OtlpLogTests
{
    [Fact]
    public async Task AddOtlpExporter_Confirmed_HasItsPartsAsAttributes()
    {
        byte[] received = await SendAsync();

        // ExportLogsServiceRequest.resource_logs → scope_logs → log_records, the second of three → attributes.
        byte[][] records = [.. Fields(received, 1).SelectMany(static resource => Fields(resource, 2)).SelectMany(static scope => Fields(scope, 2))];
        Dictionary<string, object?> attributes = Fields(records[1], 6).ToDictionary(static pair => Encoding.UTF8.GetString(Fields(pair, 1).Single()), static pair => ReadValue(Fields(pair, 2).Single()));

        Assert.Equal(3, records.Length);
        Assert.Equal("ManagedLeak", attributes["Problem"]);
        Assert.Equal("Confirmed", attributes["Stage"]);
        Assert.Equal(143L << 20, attributes["RetainedBytes"]);
        Assert.Equal(388L << 20, attributes["EndBytes"]);
        Assert.Equal(3960.0, attributes["SecondsToLimit"]);
        Assert.Equal("1a2b3c4d5e6f7081", attributes["Fingerprint"]);
        Assert.Equal("/var/lib/memguard/20261129T0312-1", attributes["ReportPath"]);
        Assert.Equal(StageAlerts.Confirmed.Message, attributes["Alert"]);
    }

    private static async Task<byte[]> SendAsync()
    {
        TaskCompletionSource<byte[]> received = new(TaskCreationOptions.RunContinuationsAsynchronously);
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        await using WebApplication app = builder.Build();
        app.MapPost("/v1/logs", async (HttpRequest request) =>
        {
            using MemoryStream body = new();
            await request.Body.CopyToAsync(body);
            received.TrySetResult(body.ToArray());
        });
        await app.StartAsync();
        Uri endpoint = new(new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()), "/v1/logs");

        // Disposing of the factory sends what waits, in one batch.
        using (ILoggerFactory factory = LoggerFactory.Create(logging => logging.AddOpenTelemetry(options => options.AddOtlpExporter(exporter => (exporter.Endpoint, exporter.Protocol) = (endpoint, OtlpExportProtocol.HttpProtobuf)))))
        {
            StageAlerts.WriteAll(factory.CreateLogger("MemGuard"));
        }

        return await received.Task.WaitAsync(TimeSpan.FromMinutes(1));
    }

    /// <summary>The values of one field of a protobuf message; numbers as their eight bytes.</summary>
    private static IEnumerable<byte[]> Fields(byte[] message, int field)
    {
        int at = 0;
        while (at < message.Length)
        {
            ulong key = ReadVarint(message, ref at);
            byte[] value;
            switch (key & 7)
            {
                case 0:
                    value = BitConverter.GetBytes(ReadVarint(message, ref at));
                    break;
                case 1:
                    value = message[at..(at += 8)];
                    break;
                case 2:
                    int length = (int)ReadVarint(message, ref at);
                    value = message[at..(at += length)];
                    break;
                case 5:
                    value = message[at..(at += 4)];
                    break;
                default:
                    throw new InvalidDataException(string.Create(CultureInfo.InvariantCulture, $"No wire type {key & 7}."));
            }

            if ((int)(key >> 3) == field)
            {
                yield return value;
            }
        }
    }

    /// <summary>An AnyValue: string 1, bool 2, integer 3, double 4.</summary>
    private static object? ReadValue(byte[] any) =>
        Fields(any, 1).FirstOrDefault() is { } text ? Encoding.UTF8.GetString(text)
        : Fields(any, 3).FirstOrDefault() is { } whole ? BinaryPrimitives.ReadInt64LittleEndian(whole)
        : Fields(any, 4).FirstOrDefault() is { } number ? BinaryPrimitives.ReadDoubleLittleEndian(number)
        : null;

    private static ulong ReadVarint(byte[] message, ref int at)
    {
        ulong value = 0;
        for (int shift = 0; ; shift += 7)
        {
            byte next = message[at++];
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
            {
                return value;
            }
        }
    }
}
