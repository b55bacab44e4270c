using System.Diagnostics;
using System.Globalization;

namespace Facilities.Tests.Crashes;

/// <summary>A network of the system's own behind one cable, which can be pulled and made bad.</summary>
internal sealed class NetworkNamespace : IDisposable
{
    private static readonly string Id = Environment.ProcessId.ToString(CultureInfo.InvariantCulture);

    private readonly string name = "facilities-" + Id;
    private readonly string near = "fn" + Id;
    private readonly string far = "ff" + Id;

    private NetworkNamespace(int subnet) =>
        Address = string.Create(CultureInfo.InvariantCulture, $"10.231.{subnet}.2");

    /// <summary>Why there is none here; null where one can be made.</summary>
    public static string? Missing =>
        Environment.UserName != "root" ? "only root may make network namespaces"
        : !Works("ip", "netns", "list") ? "the command ip is missing"
        : null;

    /// <summary>Where its other end is.</summary>
    public string Address { get; }

    /// <summary>What runs a command at the other end.</summary>
    public string[] Within => ["ip", "netns", "exec", name];

    public static NetworkNamespace Make()
    {
        var network = new NetworkNamespace(Environment.ProcessId % 250);
        Run("ip", "netns", "add", network.name);
        Run("ip", "link", "add", network.near, "type", "veth", "peer", "name", network.far);
        Run("ip", "link", "set", network.far, "netns", network.name);
        Run("ip", "addr", "add", network.Address[..^1] + "1/30", "dev", network.near);
        Run([.. network.Within, "ip", "addr", "add", network.Address + "/30", "dev", network.far]);
        Run([.. network.Within, "ip", "link", "set", "lo", "up"]);
        Run([.. network.Within, "ip", "link", "set", network.far, "up"]);
        network.Plug();
        return network;
    }

    public void Unplug() => Run("ip", "link", "set", near, "down");

    public void Plug() => Run("ip", "link", "set", near, "up");

    /// <summary>Loses packets and delays others; false where the system cannot do that.</summary>
    public bool Worsen() => Works("tc", "qdisc", "replace", "dev", near, "root", "netem",
        "delay", "80ms", "60ms", "loss", "15%");

    public void Mend() => Works("tc", "qdisc", "del", "dev", near, "root");

    public void Dispose()
    {
        Works("ip", "link", "del", near);
        Works("ip", "netns", "del", name);
    }

    private static void Run(params string[] command)
    {
        if (!Works(command)) throw new InvalidOperationException($"{string.Join(' ', command)} failed.");
    }

    private static bool Works(params string[] command)
    {
        try
        {
            var start = new ProcessStartInfo(command[0], command[1..])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            };
            using var process = Process.Start(start)!;
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}
