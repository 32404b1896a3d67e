using System.Buffers;
using System.Text;
using Sheaf.Training.Collectives;
using Sheaf.Transport.Links;
using Sheaf.Transport.Wire;

namespace Sheaf.Transport.Exchange;

/// <summary>
/// One collective at a time of one generation: which frame comes next from whom and to whom, where its payload lies, and the sums of this silo's segment. Knows
/// frames, no sockets; used by one thread.
/// </summary>
/// <remarks>
/// It cannot deadlock while everyone reads and writes without blocking: a chunk of the total always has room; a part has room unless its sender is some chunks
/// ahead of another sender, and the one that is behind has room.
/// </remarks>
internal sealed unsafe class PeerCollective : IDisposable
{
    public const int MostGoodbyeBytes = 1024;

    /// <summary>Chunks of the own segment for which there is room before the first of them is summed.</summary>
    private const int Slots = 3;

    private readonly PeerPlan _plan;
    private readonly DataPlaneCounters _counters;
    private readonly Dictionary<int, PeerLayout> _layouts = [];
    private readonly PeerProgress[] _progress;
    private readonly TreeSum _sum;
    private readonly int[] _firstLeaf;
    private readonly nint[] _leaves;
    private readonly nint[] _mine;
    private readonly MemoryHandle[] _pins;
    private readonly NativeBuffer _goodbye = new(MostGoodbyeBytes / sizeof(float));
    private PeerLayout _layout;
    private ExchangeKey _key;
    private float* _total;
    private int _summed;

    public PeerCollective(PeerPlan plan, DataPlaneCounters counters)
    {
        (_plan, _counters) = (plan, counters);
        _sum = new(plan.Shards, [.. plan.Parts.SelectMany(parts => parts)]);
        _firstLeaf = new int[plan.Members.Count];
        for (var member = 1; member < _firstLeaf.Length; member++)
        {
            _firstLeaf[member] = _firstLeaf[member - 1] + plan.Parts[member - 1].Count;
        }

        _leaves = new nint[plan.Parts.Sum(parts => parts.Count)];
        _mine = new nint[plan.Parts[plan.Me].Count];
        _pins = new MemoryHandle[_mine.Length];
        _progress = [.. plan.Members.Select(_ => new PeerProgress())];
        _layout = LayoutOf(plan.Length);
    }

    /// <summary>Every chunk of the own segment is summed; with every channel that is <see cref="IsDone"/> the collective is complete.</summary>
    public bool IsSummed => _summed == _layout.Chunks(_plan.Me);

    /// <summary>Begins one; <see cref="End"/> must follow. <paramref name="total"/> is pinned by the caller until then.</summary>
    public void Begin(ExchangeKey key, IReadOnlyList<GradientPart> parts, float* total, int length)
    {
        _total = total;
        (_key, _summed, _layout) = (key, 0, LayoutOf(length));
        for (var part = 0; part < _mine.Length; part++)
        {
            _pins[part] = parts[part].Sum.Pin();
            _mine[part] = (nint)_pins[part].Pointer;
        }

        for (var member = 0; member < _progress.Length; member++)
        {
            if (member != _plan.Me)
            {
                _progress[member].Begin(Slots * _plan.Parts[member].Count * _layout.ChunkFloats);
            }
        }
    }

    public void End()
    {
        for (var part = 0; part < _pins.Length; part++)
        {
            _pins[part].Dispose();
            _pins[part] = default;
        }
    }

    /// <summary>Something is still to come over it.</summary>
    public bool Wants(PeerChannel channel) => PartsMissing(channel.Member) || TotalsMissing(channel.Member);

    /// <summary>Nothing more comes or goes; bytes that it has taken may still have to be written.</summary>
    public bool IsDone(PeerChannel channel) => !Wants(channel) && !PartsUnsent(channel.Member) && !TotalsUnsent(channel.Member);

    public bool HasNext(PeerChannel channel) => PartsUnsent(channel.Member) || (TotalsUnsent(channel.Member) && _progress[channel.Member].SentTotal < _summed);

    /// <summary>Sums what has come. True when it did.</summary>
    public bool Sum()
    {
        var began = _summed;
        while (!IsSummed && HasCome(_summed))
        {
            var (start, count) = _layout.Chunk(_plan.Me, _summed);
            for (var member = 0; member < _progress.Length; member++)
            {
                for (var part = 0; part < _plan.Parts[member].Count; part++)
                {
                    _leaves[_firstLeaf[member] + part] = member == _plan.Me
                        ? _mine[part] + ((nint)start * sizeof(float))
                        : (nint)SlotOf(member, _summed, part);
                }
            }

            _sum.Run(_leaves, _total + start, count);
            _summed++;
        }

        return _summed > began;
    }

    /// <summary>The next frame for this peer, sealed. Totals first: they are in the cache, and somebody waits for them.</summary>
    public bool Next(PeerChannel channel, ref FrameHeader header, out float* payload)
    {
        var member = channel.Member;
        var to = _progress[member];
        payload = null;
        header = new() { Kind = (byte)_key.Kind, Sender = (ushort)_plan.Me, Generation = _key.Generation, Sequence = _key.Sequence, Step = _key.Step };
        int count;
        if (TotalsUnsent(member) && to.SentTotal < _summed)
        {
            (header.Type, header.Chunk) = (FrameType.Total, to.SentTotal);
            (var start, count) = _layout.Chunk(_plan.Me, to.SentTotal++);
            payload = _total + start;
        }
        else if (PartsUnsent(member))
        {
            var range = _plan.Parts[_plan.Me][to.SentPart];
            (header.Type, header.Chunk, header.FirstShard, header.Shards) = (FrameType.Part, to.SentChunk, range.First, range.Count);
            (var start, count) = _layout.Chunk(member, to.SentChunk);
            payload = (float*)_mine[to.SentPart] + start;
            to.SentPart++;
            if (to.SentPart == _mine.Length)
            {
                (to.SentPart, to.SentChunk) = (0, to.SentChunk + 1);
            }
        }
        else
        {
            return false;
        }

        header.Seal(new(payload, count * sizeof(float)));
        return true;
    }

    /// <summary>Where the payload of the frame belongs, or null while there is no room for it.</summary>
    /// <exception cref="FrameRefusedException">The frame is not the one that must come now.</exception>
    public byte* Place(PeerChannel channel, in FrameHeader header)
    {
        if (!header.IsIntact)
        {
            throw Refuse(channel, RefusalReason.Malformed, "it has no header of this format");
        }

        if (header.Type == FrameType.Goodbye && header.Length is >= 0 and <= MostGoodbyeBytes)
        {
            return (byte*)_goodbye.Pin().Pointer;
        }

        if (header.Generation != _key.Generation)
        {
            throw Refuse(channel, RefusalReason.Generation, $"it is of generation {header.Generation}, not {_key.Generation}");
        }

        if (header.Sender != channel.Member)
        {
            throw Refuse(channel, RefusalReason.Sender, $"it says to come from member {header.Sender}; this connection is member {channel.Member}'s");
        }

        if (header.Sequence != _key.Sequence || header.Step != _key.Step || header.Kind != (byte)_key.Kind)
        {
            throw Refuse(channel, RefusalReason.Sequence,
                $"it is of collective {header.Sequence} (step {header.Step}, kind {header.Kind}), not {_key.Sequence} (step {_key.Step}, "
                    + $"kind {(byte)_key.Kind})");
        }

        var from = _progress[channel.Member];
        return header.Type switch
        {
            FrameType.Part when PartsMissing(channel.Member) => PlaceOfPart(channel, from, header),
            FrameType.Total when TotalsMissing(channel.Member) => PlaceOfTotal(channel, from, header),
            _ => throw Refuse(channel, RefusalReason.Sequence, $"its type {header.Type} cannot come now"),
        };
    }

    /// <summary>The payload is in its place, and has its checksum.</summary>
    public void Came(PeerChannel channel, in FrameHeader header)
    {
        var from = _progress[channel.Member];
        switch (header.Type)
        {
            case FrameType.Part when from.CamePart + 1 == _plan.Parts[channel.Member].Count:
                (from.CamePart, from.CameChunk) = (0, from.CameChunk + 1);
                break;
            case FrameType.Part:
                from.CamePart++;
                break;
            case FrameType.Total:
                from.CameTotal++;
                break;
            default:
                var text = Encoding.UTF8.GetString(new ReadOnlySpan<byte>(_goodbye.Pin().Pointer, header.Length));
                throw new ReductionAbortedException($"silo {channel.Silo} left generation {_plan.Generation}: {text}");
        }
    }

    public FrameRefusedException Refuse(PeerChannel channel, RefusalReason reason, string why)
    {
        _counters.Refuse(reason);
        return new(channel.Silo, reason, $"a frame from silo {channel.Silo} was refused ({reason}): {why}");
    }

    public void Dispose()
    {
        _sum.Dispose();
        ((IDisposable)_goodbye).Dispose();
        foreach (var each in _progress)
        {
            ((IDisposable?)each.Slots)?.Dispose();
        }
    }

    private byte* PlaceOfPart(PeerChannel channel, PeerProgress from, in FrameHeader header)
    {
        var range = _plan.Parts[channel.Member][from.CamePart];
        if (header.Chunk != from.CameChunk || header.FirstShard != range.First || header.Shards != range.Count)
        {
            throw Refuse(channel, RefusalReason.Sequence,
                $"it is chunk {header.Chunk} of shards {header.FirstShard}+{header.Shards}; "
                    + $"next comes chunk {from.CameChunk} of shards {range.First}+{range.Count}");
        }

        CheckLength(channel, header, _layout.Chunk(_plan.Me, from.CameChunk).Count);
        return from.CameChunk < _summed + Slots ? (byte*)SlotOf(channel.Member, from.CameChunk, from.CamePart) : null;
    }

    private byte* PlaceOfTotal(PeerChannel channel, PeerProgress from, in FrameHeader header)
    {
        if (header.Chunk != from.CameTotal)
        {
            throw Refuse(channel, RefusalReason.Sequence, $"it is chunk {header.Chunk} of the total; next comes chunk {from.CameTotal}");
        }

        var (start, count) = _layout.Chunk(channel.Member, from.CameTotal);
        CheckLength(channel, header, count);
        return (byte*)(_total + start);
    }

    private void CheckLength(PeerChannel channel, in FrameHeader header, int floats)
    {
        if (header.Length != floats * sizeof(float))
        {
            throw Refuse(channel, RefusalReason.Length,
                $"it has {header.Length} bytes; chunk {header.Chunk} of a vector of {_layout.Length} floats has {floats * sizeof(float)}");
        }
    }

    private float* SlotOf(int member, int chunk, int part) =>
        _progress[member].SlotStart + ((((chunk % Slots) * _plan.Parts[member].Count) + part) * (nint)_layout.ChunkFloats);

    private bool HasCome(int chunk)
    {
        for (var member = 0; member < _progress.Length; member++)
        {
            if (member != _plan.Me && _plan.Parts[member].Count > 0 && _progress[member].CameChunk <= chunk)
            {
                return false;
            }
        }

        return true;
    }

    private bool PartsMissing(int member) => _plan.Parts[member].Count > 0 && _progress[member].CameChunk < _layout.Chunks(_plan.Me);

    private bool TotalsMissing(int member) => !_layout.IsDirect && _progress[member].CameTotal < _layout.Chunks(member);

    private bool PartsUnsent(int member) => _mine.Length > 0 && _progress[member].SentChunk < _layout.Chunks(member);

    private bool TotalsUnsent(int member) => !_layout.IsDirect && _progress[member].SentTotal < _layout.Chunks(_plan.Me);

    private PeerLayout LayoutOf(int length)
    {
        if (!_layouts.TryGetValue(length, out var layout))
        {
            _layouts.Add(length, layout = new(length, _plan.Members.Count));
        }

        return layout;
    }
}
