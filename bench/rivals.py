"""The rivals of `relive bench`: the same trainings in PyTorch and NumPy, as fast as they go.

The bench starts this with a folder as its argument and speaks to it line by line. An answer is one line that begins
with "ok" or "failed":

    about                        ok, then NAME=VALUE, separated by tabs
    check TASK RIVAL             trains a few steps in the order of the data with every variant of RIVAL; parameters go
                                 to FOLDER/TASK.out
    tune TASK RIVAL SECONDS      tries every variant for so long and keeps the fastest: ok RATE DESCRIPTION
    time TASK RIVAL SECONDS      goes on training with the fastest: ok RATE, in rows trained a second

A task is FOLDER/TASK.task, lines of "name value", and float32 files beside it: .x [rows][features], .y [rows] (class
numbers) and .w [nets][parameters], every net's first parameters, layer by layer: W [units][inputs], then b [units].
Inputs of a unit of a convolution are what it reads at one position.
"""
import ctypes
import itertools
import os
import sys
import time

try:
    import numpy
except ImportError:
    numpy = None
try:
    import torch
    from torch.nn import functional
except ImportError:
    torch = None

CORES = len(os.sched_getaffinity(0))


class Task:
    def __init__(self, folder, name):
        self.path = os.path.join(folder, name)
        with open(self.path + ".task", encoding="ascii") as file:
            said = dict(line.split(" ", 1) for line in file.read().splitlines())
        self.rows, self.batch, self.check_steps = int(said["rows"]), int(said["batch"]), int(said["check_steps"])
        self.net = [layer.split() for layer in said["net"].split("; ")]  # input 64; dense 32; relu; dense 10
        self.weights = [tuple(map(int, size.split("x"))) for size in said["weights"].split()]  # (units, inputs) each
        self.rate = float(said["rate"])
        self.nets = int(said["nets"])

    def bytes(self, what):
        with open(f"{self.path}.{what}", "rb") as file:
            return bytearray(file.read())

    def layers(self):
        """(first parameter, units, inputs) of each layer."""
        at = 0
        for units, inputs in self.weights:
            yield at, units, inputs
            at += units * (inputs + 1)


# ---- NumPy, as a lesson writes it: forward, softmax, gradients by the chain rule, one line each ----


def relu(x):
    return numpy.maximum(0, x)


def relu_derivative(x):
    return numpy.where(x > 0, 1, 0)


class Lesson:
    name = "NumPy, float64"

    def __init__(self, task, shuffled):
        self.x = numpy.frombuffer(task.bytes("x"), numpy.float32).reshape(task.rows, -1).astype(float)
        labels = numpy.frombuffer(task.bytes("y"), numpy.float32).astype(int)
        self.y = numpy.eye(task.weights[-1][0])[labels]
        self.task, self.shuffled = task, shuffled
        self.random = numpy.random.default_rng(0)
        self.batches = self.endless()
        (at1, h, d), (at2, k, _) = task.layers()
        w = numpy.frombuffer(task.bytes("w"), numpy.float32)[: at2 + k * (h + 1)].astype(float)
        self.w1, self.b1 = w[at1 : at1 + h * d].reshape(h, d).T.copy(), w[at1 + h * d : at2].copy()
        self.w2, self.b2 = w[at2 : at2 + k * h].reshape(k, h).T.copy(), w[at2 + k * h :].copy()

    def endless(self):
        while True:
            order = self.random.permutation(self.task.rows) if self.shuffled else numpy.arange(self.task.rows)
            x, y = self.x[order], self.y[order]
            for first in range(0, self.task.rows, self.task.batch):
                yield x[first : first + self.task.batch], y[first : first + self.task.batch]

    def steps(self, count):
        rate, rows = self.task.rate, 0
        for x, y in itertools.islice(self.batches, count):
            z1 = x @ self.w1 + self.b1
            a1 = relu(z1)
            z2 = a1 @ self.w2 + self.b2
            e = numpy.exp(z2 - z2.max(axis=1, keepdims=True))
            p = e / e.sum(axis=1, keepdims=True)
            dz2 = (p - y) / len(x)
            dw2 = a1.T @ dz2
            db2 = dz2.sum(axis=0)
            dz1 = dz2 @ self.w2.T * relu_derivative(z1)
            dw1 = x.T @ dz1
            db1 = dz1.sum(axis=0)
            self.w1 -= rate * dw1
            self.b1 -= rate * db1
            self.w2 -= rate * dw2
            self.b2 -= rate * db2
            rows += len(x)
        return rows

    def parameters(self):
        return [numpy.concatenate([self.w1.T.ravel(), self.b1, self.w2.T.ravel(), self.b2]).astype(numpy.float32).tobytes()]


# ---- PyTorch, one net ----


def bytes_of(tensor):
    """Of its float32 numbers, in order; without NumPy, which need not be there."""
    tensor = tensor.detach().contiguous()
    return ctypes.string_at(tensor.data_ptr(), 4 * tensor.numel())


class OneNet:
    """What all of PyTorch's ways share: the batches. Small sets are gathered once an epoch and cut into views, large
    ones batch by batch; both were tried on both."""

    def __init__(self, task, shuffled, threads):
        self.task, self.shuffled, self.threads = task, shuffled, threads
        self.name = f"{self.how}, {threads} thread{'s' * (threads > 1)}"
        self.x = torch.frombuffer(task.bytes("x"), dtype=torch.float32).reshape(task.rows, *map(int, task.net[0][1].split("x")))
        self.y = torch.frombuffer(task.bytes("y"), dtype=torch.float32).long()
        torch.set_num_threads(threads)
        self.batches = self.endless()
        flat = torch.frombuffer(task.bytes("w"), dtype=torch.float32)
        self.begin([(flat[at : at + units * inputs].reshape(units, inputs).clone(),
                     flat[at + units * inputs : at + units * (inputs + 1)].clone()) for at, units, inputs in task.layers()])

    def endless(self):
        batch = self.task.batch
        while True:
            order = torch.randperm(self.task.rows) if self.shuffled else torch.arange(self.task.rows)
            if self.x.numel() < 1 << 22:
                yield from zip(self.x[order].split(batch), self.y[order].split(batch))
            else:
                for chosen in order.split(batch):
                    yield self.x[chosen], self.y[chosen]

    def steps(self, count):
        torch.set_num_threads(self.threads)
        return sum(self.step(x, y) for x, y in itertools.islice(self.batches, count))

    def parameters(self):
        return [b"".join(map(bytes_of, self.flat()))]


# What has no weights: as a module, and as a function; their sizes follow.
PARTS = torch and {
    "relu": (torch.nn.ReLU, functional.relu),
    "leaky_relu": (torch.nn.LeakyReLU, functional.leaky_relu),
    "pool": (torch.nn.MaxPool2d, functional.max_pool2d),
    "flatten": (torch.nn.Flatten, torch.flatten),
}


class Module(OneNet):
    how = "nn.Sequential, optim.SGD"
    foreach = False
    format = torch.contiguous_format if torch else None

    def begin(self, layers):
        layers, parts, channels = iter(layers), [], self.x.shape[1]
        for word, *sizes in self.task.net[1:]:
            sizes = [int(size) for size in sizes]
            if word in PARTS:
                parts.append(PARTS[word][0](*sizes))
                continue
            w, b = next(layers)
            parts.append(torch.nn.Conv2d(channels, *sizes) if word == "conv" else torch.nn.Linear(w.shape[1], w.shape[0]))
            parts[-1].weight.data, parts[-1].bias.data = w.reshape(parts[-1].weight.shape), b
            channels = len(b)
        self.net = torch.nn.Sequential(*parts).to(memory_format=self.format)
        self.loss = torch.nn.CrossEntropyLoss()
        self.optimiser = torch.optim.SGD(self.net.parameters(), lr=self.task.rate, foreach=self.foreach)

    def step(self, x, y):
        self.optimiser.zero_grad(set_to_none=True)
        self.loss(self.net(x), y).backward()
        self.optimiser.step()
        return len(x)

    def flat(self):
        return self.net.parameters()


class ForeachModule(Module):
    how = "nn.Sequential, optim.SGD(foreach)"
    foreach = True


class Functional(OneNet):
    how = "functional, autograd.grad, foreach update"
    format = torch.contiguous_format if torch else None

    def begin(self, layers):
        layers, self.parts, self.all, channels = iter(layers), [], [], self.x.shape[1]
        for word, *sizes in self.task.net[1:]:
            sizes = [int(size) for size in sizes]
            if word in PARTS:
                self.parts.append((PARTS[word][1], sizes or ([1] if word == "flatten" else [])))
                continue
            w, b = next(layers)
            if word == "conv":
                w = w.reshape(sizes[0], channels, sizes[1], sizes[1]).to(memory_format=self.format)
            w, b, channels = w.requires_grad_(), b.requires_grad_(), len(b)
            self.parts.append((functional.conv2d if word == "conv" else functional.linear, [w, b]))
            self.all += [w, b]

    def step(self, x, y):
        for function, more in self.parts:
            x = function(x, *more)
        loss = functional.cross_entropy(x, y)
        gradients = torch.autograd.grad(loss, self.all)
        with torch.no_grad():
            torch._foreach_add_(self.all, gradients, alpha=-self.task.rate)
        return len(x)

    def flat(self):
        return self.all


class ModuleChannelsLast(Module):
    """Pictures whose channels lie side by side, for which oneDNN has its fastest kernels here."""

    how = "nn.Sequential, optim.SGD, channels_last"
    format = torch.channels_last if torch else None


class ForeachModuleChannelsLast(ModuleChannelsLast):
    how = "nn.Sequential, optim.SGD(foreach), channels_last"
    foreach = True


class FunctionalChannelsLast(Functional):
    how = "functional, autograd.grad, channels_last"
    format = torch.channels_last if torch else None


class ByHand(OneNet):
    """Gradients written out: no autograd, products added into the weights by BLAS itself."""

    how = "gradients by hand"

    def begin(self, layers):
        self.layers = layers

    def step(self, x, y):
        values, zs, a = [x], [], x
        for w, b in self.layers[:-1]:
            z = torch.addmm(b, a, w.t())
            a = torch.relu(z)
            zs.append(z)
            values.append(a)
        w, b = self.layers[-1]
        dz = torch.softmax(torch.addmm(b, a, w.t()), 1)
        dz[torch.arange(len(x)), y] -= 1
        rate = -self.task.rate / len(x)
        for i in range(len(self.layers) - 1, -1, -1):
            w, b = self.layers[i]
            da = torch.mm(dz, w) if i else None
            w.addmm_(dz.t(), values[i], alpha=rate)
            b.add_(dz.sum(0), alpha=rate)
            if i:
                dz = torch.ops.aten.threshold_backward(da, zs[i - 1], 0)
        return len(x)

    def flat(self):
        return [each for layer in self.layers for each in layer]


# ---- PyTorch, all nets at once ----


class Batched:
    """Nets side by side in the first dimension, every operation one call for all of them, each net with its own order of
    the rows. Gradients are written out, results go into arrays that are there, updates are added by baddbmm itself."""

    how = "baddbmm"

    def __init__(self, task, shuffled, threads, nets=0):
        self.nets = n = nets or task.nets
        self.task, self.shuffled, self.threads = task, shuffled, threads
        self.name = f"{self.how}, {n} nets, {threads} thread{'s' * (threads > 1)}"
        torch.set_num_threads(threads)
        self.x = torch.frombuffer(task.bytes("x"), dtype=torch.float32).reshape(task.rows, -1)
        y = torch.frombuffer(task.bytes("y"), dtype=torch.float32).long()
        self.y = torch.eye(task.weights[-1][0])[y]
        (at1, h, d), (at2, k, _) = task.layers()
        flat = torch.frombuffer(task.bytes("w"), dtype=torch.float32).reshape(task.nets, -1)
        flat = flat.repeat((n + task.nets - 1) // task.nets, 1)[:n]
        self.w1 = flat[:, at1 : at1 + h * d].reshape(n, h, d).transpose(1, 2).contiguous()
        self.b1 = flat[:, at1 + h * d : at2].reshape(n, 1, h).contiguous()
        self.w2 = flat[:, at2 : at2 + k * h].reshape(n, k, h).transpose(1, 2).contiguous()
        self.b2 = flat[:, at2 + k * h :].reshape(n, 1, k).contiguous()
        self.begin()
        self.batches = self.endless()

    def begin(self):
        n, _, h = self.w1.shape
        k = self.w2.shape[2]
        self.room = {size: (torch.empty(n, size, h), torch.empty(n, size, h), torch.empty(n, size, k), torch.empty(n, size, h))
                     for size in {self.task.batch, self.task.rows % self.task.batch} - {0}}  # z, a, output, ∂L/∂a

    def orders(self):
        """[nets][rows], an epoch's."""
        if self.shuffled:
            return torch.stack([torch.randperm(self.task.rows) for _ in range(self.nets)])
        return torch.arange(self.task.rows).expand(self.nets, self.task.rows)

    def endless(self):
        rows, batch, n = self.task.rows, self.task.batch, self.nets
        whole = rows // batch * batch
        x, y = self.extended(self.x), self.y
        while True:
            order = self.orders()
            cut = order[:, :whole].reshape(n, -1, batch).transpose(0, 1).reshape(-1)
            yield from zip(x.index_select(0, cut).view(-1, n, batch, x.shape[1]), y.index_select(0, cut).view(-1, n, batch, y.shape[1]))
            if whole < rows:
                cut = order[:, whole:].reshape(-1)
                yield x.index_select(0, cut).view(n, rows - whole, -1), y.index_select(0, cut).view(n, rows - whole, -1)

    def extended(self, x):
        return x

    @staticmethod
    def error(o, y):
        """Softmax minus target. Of two classes a sigmoid of the difference is the same, and much faster."""
        if o.shape[2] > 2:
            return torch.softmax(o, 2).sub_(y)
        second = torch.sigmoid(o[:, :, 1] - o[:, :, 0]).sub_(y[:, :, 1])
        return torch.stack([-second, second], 2)

    def step(self, x, y):
        size = x.shape[1]
        z, a, o, da = self.room[size]
        rate = -self.task.rate / size
        torch.baddbmm(self.b1, x, self.w1, out=z)
        torch.clamp_min(z, 0, out=a)
        torch.baddbmm(self.b2, a, self.w2, out=o)
        g = self.error(o, y)
        torch.bmm(g, self.w2.transpose(1, 2), out=da)
        g1 = torch.ops.aten.threshold_backward(da, z, 0)
        self.w2.baddbmm_(a.transpose(1, 2), g, alpha=rate)
        self.b2.add_(g.sum(1, keepdim=True), alpha=rate)
        self.w1.baddbmm_(x.transpose(1, 2), g1, alpha=rate)
        self.b1.add_(g1.sum(1, keepdim=True), alpha=rate)
        return size * self.nets

    def steps(self, count):
        torch.set_num_threads(self.threads)
        return sum(self.step(x, y) for x, y in itertools.islice(self.batches, count))

    def parameters(self):
        for n in range(self.nets):
            parts = [self.w1[n].t(), self.b1[n], self.w2[n].t(), self.b2[n]]
            yield b"".join(map(bytes_of, parts))


class BatchedOnes(Batched):
    """The same with each bias as one more weight, of an input that is always 1: fewer calls, wider products."""

    how = "baddbmm, biases as weights"

    def begin(self):
        super().begin()
        self.v1 = torch.cat([self.w1, self.b1], 1)  # [nets][inputs + 1][hidden]
        self.v2 = torch.cat([self.w2, self.b2], 1)
        for size, (z, a, o, da) in self.room.items():
            self.room[size] = z, torch.cat([a, torch.ones(self.nets, size, 1)], 2), o, da

    def extended(self, x):
        return torch.cat([x, torch.ones(len(x), 1)], 1)

    def step(self, x, y):
        size = x.shape[1]
        z, a, o, da = self.room[size]
        rate = -self.task.rate / size
        torch.bmm(x, self.v1, out=z)
        torch.clamp_min(z, 0, out=a[:, :, :-1])
        torch.bmm(a, self.v2, out=o)
        g = self.error(o, y)
        torch.bmm(g, self.v2[:, :-1].transpose(1, 2), out=da)
        g1 = torch.ops.aten.threshold_backward(da, z, 0)
        self.v2.baddbmm_(a.transpose(1, 2), g, alpha=rate)
        self.v1.baddbmm_(x.transpose(1, 2), g1, alpha=rate)
        return size * self.nets

    def parameters(self):
        self.w1, self.b1, self.w2, self.b2 = self.v1[:, :-1], self.v1[:, -1:], self.v2[:, :-1], self.v2[:, -1:]
        return super().parameters()


class Sums(Batched):
    """Without bmm, which calls the BLAS for every net: nets in the last dimension, products as sums of long vectors. Two
    classes, whose errors are each other's opposite."""

    how = "sums of products, no bmm"

    def begin(self):
        self.v1, self.v2 = self.w1.permute(1, 2, 0).contiguous(), self.w2.permute(1, 2, 0).contiguous()  # [inputs][units][nets]
        self.c1, self.c2 = self.b1[:, 0].t().contiguous(), self.b2[:, 0].t().contiguous()  # [units][nets]

    def endless(self):
        rows, n = self.task.rows, self.nets
        while True:
            order = self.orders().t().reshape(-1)
            x = self.x.index_select(0, order).view(rows, n, -1).permute(0, 2, 1).contiguous()  # [rows][inputs][nets]
            y = self.y[:, 0].index_select(0, order).view(rows, n)
            yield from zip(x.split(self.task.batch), y.split(self.task.batch))

    def step(self, x, y):
        size, inputs = x.shape[:2]
        rate = -self.task.rate / size
        z = torch.addcmul(self.c1, x[:, 0, None], self.v1[0])  # [rows][units][nets]
        for i in range(1, inputs):
            z.addcmul_(x[:, i, None], self.v1[i])
        a = torch.clamp_min(z, 0)
        between = self.v2[:, 0] - self.v2[:, 1]
        g = torch.sigmoid((a * between).sum(1).add_(self.c2[0] - self.c2[1])).sub_(y)  # [rows][nets]; of class 1: -g
        dz = torch.ops.aten.threshold_backward(g[:, None] * between, z, 0)
        dw2, db2 = (a * g[:, None]).sum(0), g.sum(0)
        self.v2[:, 0].add_(dw2, alpha=rate)
        self.v2[:, 1].add_(dw2, alpha=-rate)
        self.c2[0].add_(db2, alpha=rate)
        self.c2[1].add_(db2, alpha=-rate)
        for i in range(inputs):
            self.v1[i].add_((x[:, i, None] * dz).sum(0), alpha=rate)
        self.c1.add_(dz.sum(0), alpha=rate)
        return size * self.nets

    def parameters(self):
        self.w1, self.w2 = self.v1.permute(2, 0, 1), self.v2.permute(2, 0, 1)
        self.b1, self.b2 = self.c1.t()[:, None], self.c2.t()[:, None]
        return super().parameters()


# ---- The conversation ----

RIVALS = {
    "numpy": [Lesson],
    "pytorch": [Module, ForeachModule, Functional],
    "pytorch_pictures": [Module, ForeachModule, Functional, ModuleChannelsLast, ForeachModuleChannelsLast, FunctionalChannelsLast],
    "pytorch_module": [Module, ForeachModule],
    "pytorch_by_hand": [ByHand],
    "pytorch_batched": [Batched, BatchedOnes],
    "pytorch_without_bmm": [Sums],
}
BATCHED_NETS = [16, 64, 256, 1024]


def variants(task, rival):
    """Ways to do it, each a function of whether the rows are shuffled; several numbers of threads and nets are tried."""
    threads = sorted({1, CORES})
    for way in RIVALS[rival]:
        if way is Lesson:
            yield lambda shuffled, way=way: way(task, shuffled)
        elif issubclass(way, Batched):
            for count, nets in itertools.product(threads, BATCHED_NETS):
                yield lambda shuffled, way=way, count=count, nets=nets: way(task, shuffled, count, nets)
        else:
            for count in threads:
                yield lambda shuffled, way=way, count=count: way(task, shuffled, count)


def rate_of(trainer, seconds):
    """Rows a second, over at least so long."""
    rows, steps, start = 0, 1, time.perf_counter()
    while True:
        rows += trainer.steps(steps)
        passed = time.perf_counter() - start
        if passed >= seconds:
            return rows / passed
        steps = max(1, min(2 * steps, int(steps * (seconds - passed) / max(passed, 1e-9))))


def blas():
    """Which BLAS NumPy and PyTorch got, and which of its cores."""
    for name in ("libblas.so.3", "libopenblas.so.0"):
        try:
            library = ctypes.CDLL(name)
            library.openblas_get_config.restype = library.openblas_get_corename.restype = ctypes.c_char_p
            version = library.openblas_get_config().decode().split()
            return " ".join(version[:2]), library.openblas_get_corename().decode()
        except (OSError, AttributeError):
            if name == "libblas.so.3":
                continue
    return "reference", ""


class Rivals:
    def __init__(self, folder):
        self.folder = folder
        self.tasks, self.fastest = {}, {}

    def task(self, name):
        if name not in self.tasks:
            self.tasks[name] = Task(self.folder, name)
        return self.tasks[name]

    def about(self):
        core = blas()
        return "\t".join([f"numpy={numpy.__version__ if numpy else ''}", f"pytorch={torch.__version__ if torch else ''}",
                          f"blas={core[0]}", f"core={core[1]}", f"python={sys.version.split()[0]}"])

    def check(self, name, rival):
        """All variants, with as many nets as there are first parameters; the order in which tune tries them does not matter."""
        task = self.task(name)
        with open(task.path + ".out", "wb") as out:
            for way in RIVALS[rival]:
                trainer = way(task, False) if way is Lesson else way(task, False, 1)
                trainer.steps(task.check_steps)
                for parameters in trainer.parameters():
                    out.write(parameters)
        return str(len(RIVALS[rival]))

    def tune(self, name, rival, seconds):
        task, best = self.task(name), (0, "", None)
        for variant in variants(task, rival):
            trainer = variant(True)
            trainer.steps(2)  # what is set up once, outside the clock
            best = max(best, (rate_of(trainer, float(seconds)), trainer.name, trainer), key=lambda each: each[0])
        self.fastest[name, rival] = best[2]
        return f"{best[0]:.6g} {best[1]}"

    def time(self, name, rival, seconds):
        trainer = self.fastest[name, rival]
        trainer.steps(2)
        return f"{rate_of(trainer, float(seconds)):.6g}"


def main():
    rivals = Rivals(sys.argv[1])
    for line in sys.stdin:
        command, *words = line.split()
        try:
            answer = "ok " + getattr(rivals, command)(*words)
        except Exception as failure:  # whatever it is, the bench must hear of it
            answer = f"failed {type(failure).__name__}: {failure}".replace("\n", " ")
        print(answer, flush=True)


if __name__ == "__main__":
    main()
