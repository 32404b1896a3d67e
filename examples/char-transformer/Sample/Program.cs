// Writes on in the manner of the text that a checkpoint was trained on:
//   dotnet run --project examples/char-transformer/Sample -- CHECKPOINT [BEGINNING] [CHARACTERS]
using CharTransformer;
using TorchSharp.PyBridge;
using static TorchSharp.torch;

if (args.Length is 0 or > 3 || !File.Exists(Path.Combine(args[0], "weights.safetensors")))
{
    Console.Error.WriteLine("Give the folder of a checkpoint, which `sheaf run` prints: CHECKPOINT [BEGINNING] [CHARACTERS]");
    return 2;
}

var (beginning, count) = (args.ElementAtOrDefault(1) ?? "Call me", args.Length > 2 && int.TryParse(args[2], out var given) ? given : 400);

// The arguments of char-transformer.yaml.
const int Context = 64;
using var model = new Net(Context, width: 64, heads: 4, blocks: 2, dropout: 0);
model.load_safetensors(Path.Combine(args[0], "weights.safetensors"));
model.eval();
manual_seed(1);
var text = beginning.Select(Alphabet.IndexOf).Select(index => (long)index).ToList();
Console.Write(beginning);
using (no_grad())
{
    for (var i = 0; i < count; i++)
    {
        using var scope = NewDisposeScope();
        var seen = text.TakeLast(Context).ToArray();
        var scores = model.forward(tensor(seen).unsqueeze(0))[0, seen.Length - 1];

        // Below 1 the likelier characters become likelier still.
        text.Add(multinomial((scores / 0.8).softmax(0), 1).item<long>());
        Console.Write(Alphabet.At((int)text[^1]));
    }
}

Console.WriteLine();
return 0;
