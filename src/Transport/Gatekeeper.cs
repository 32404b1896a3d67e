using System.Net.Sockets;
using Sheaf.Transport.Exchange;
using Sheaf.Transport.Links;
using Sheaf.Transport.StateTransfer;
using Sheaf.Transport.Wire;

namespace Sheaf.Transport;

/// <summary>
/// Judges who knocks: answers a hello with a welcome and gives the connection to what it is for, or refuses, counts and tells why. On the loop's thread only.
/// </summary>
internal sealed class Gatekeeper(ControlLoop loop, DataPlaneOptions options, DataPlaneCounters counters, JoinedGenerations joined, StateServer states)
{
    public void Judge(Handshake hello, Socket socket)
    {
        if (hello.Cluster != options.ClusterId)
        {
            Refuse(hello, socket, RefusalReason.Cluster, $"it belongs to cluster '{hello.Cluster}', this silo to '{options.ClusterId}'");
        }
        else if (hello.To != options.Silo)
        {
            Refuse(hello, socket, RefusalReason.Incarnation, $"it wants silo {hello.To}; this is {options.Silo}");
        }
        else
        {
            Admit(hello, socket);
        }
    }

    public void Count(RefusalReason reason, string sentence)
    {
        counters.Refuse(reason);
        options.Log?.Invoke(sentence);
    }

    /// <summary>Answers the peers that came before <paramref name="exchange"/> was joined; those of older generations are refused.</summary>
    public void Joined(PeerExchange exchange)
    {
        foreach (var parked in loop.All<ParkedPeer>()
            .Where(peer => peer.Hello.Experiment == exchange.Plan.ExperimentId && peer.Hello.Generation <= exchange.Plan.Generation).ToArray())
        {
            AdmitPeer(parked.Hello, parked.Take());
        }
    }

    private void Admit(Handshake hello, Socket socket)
    {
        switch (hello.Purpose)
        {
            case HandshakePurpose.Link:
                foreach (var old in loop.All<LinkIn>().Where(link => link.Silo == hello.From).ToArray())
                {
                    old.Close();
                }

                Welcome(socket);
                loop.Add(new LinkIn(loop, hello.From, socket, 5 * options.Links.SilentAfter, bad =>
                    Count(bad.Reason, $"a frame on the link from silo {hello.From} was refused ({bad.Reason}): {bad.Message}")));
                break;
            case HandshakePurpose.Exchange:
                AdmitPeer(hello, socket);
                break;
            case HandshakePurpose.State when states.TryEnter():
                Welcome(socket);
                states.Serve(hello, socket);
                break;
            case HandshakePurpose.State:
                Refuse(hello, socket, RefusalReason.Crowded, "as many states as this silo sends at a time are being sent");
                break;
            default:
                Refuse(hello, socket, RefusalReason.Malformed, $"its purpose {(byte)hello.Purpose} is unknown");
                break;
        }
    }

    private void AdmitPeer(Handshake hello, Socket socket)
    {
        var newest = joined.NewestOf(hello.Experiment);
        var exchange = joined.Find(hello.Experiment, hello.Generation);
        if (hello.Generation < newest || (hello.Generation == newest && exchange is null))
        {
            Refuse(
                hello,
                socket,
                RefusalReason.Generation,
                $"it comes for generation {hello.Generation} of experiment {hello.Experiment}; generation {newest} was joined here");
            return;
        }

        if (exchange is null)
        {
            Park(hello, socket);
            return;
        }

        var member = exchange.Plan.Members.Select(each => each.Silo).ToList().IndexOf(hello.From);
        if (member < 0 || member >= exchange.Plan.Me)
        {
            Refuse(hello, socket, RefusalReason.Sender, $"generation {hello.Generation} of experiment {hello.Experiment} expects no connection from it");
        }
        else if (hello.Digest != exchange.Plan.Digest)
        {
            var why = $"its plan for generation {hello.Generation} of experiment {hello.Experiment} differs from this silo's";
            Refuse(hello, socket, RefusalReason.Plan, why);
            exchange.End(new FrameRefusedException(hello.From, RefusalReason.Plan, $"silo {hello.From} was refused (Plan): {why}"));
        }
        else if (exchange.Missing.Contains(hello.From))
        {
            // The welcome goes first: a channel's first frame follows it.
            BulkSocket.Prepare(socket, options);
            Welcome(socket);
            if (!exchange.Attach(member, socket))
            {
                socket.Dispose();
            }
        }
        else
        {
            Refuse(hello, socket, RefusalReason.Sender, $"generation {hello.Generation} of experiment {hello.Experiment} has its connection already");
        }
    }

    private void Park(Handshake hello, Socket socket)
    {
        foreach (var old in loop.All<ParkedPeer>()
            .Where(peer => peer.Hello.From == hello.From && peer.Hello.Experiment == hello.Experiment && peer.Hello.Generation <= hello.Generation).ToArray())
        {
            old.Close();
        }

        if (loop.All<ParkedPeer>().Count() >= options.Links.MostParked)
        {
            loop.All<ParkedPeer>().First().Close();
        }

        loop.Add(new ParkedPeer(loop, hello, socket, options.Links.ParkedFor, late =>
            Refuse(
                late.Hello,
                late.Take(),
                RefusalReason.NotJoined,
                $"generation {late.Hello.Generation} of experiment {late.Hello.Experiment} was not joined here "
                    + $"within {options.Links.ParkedFor.TotalSeconds:0.#} "
                    + "s")));
    }

    private void Welcome(Socket socket) => Send(socket, new(RefusalReason.None, options.Silo, ""));

    private void Refuse(Handshake hello, Socket socket, RefusalReason reason, string why)
    {
        Count(reason, $"a connection from silo {hello.From} was refused ({reason}): {why}");
        Send(socket, new(reason, options.Silo, why));
        socket.Dispose();
    }

    /// <summary>Fits into an empty send buffer; a stranger that is gone already gets nothing.</summary>
    private static void Send(Socket socket, HandshakeAnswer answer)
    {
        var frame = answer.ToFrame();
        socket.Send(frame, 0, frame.Length, SocketFlags.None, out _);
    }
}
