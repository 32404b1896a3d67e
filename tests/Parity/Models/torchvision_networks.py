"""Networks of torchvision 0.14 in torch.nn alone, with its names, for systems that have no torchvision (https://github.com/pytorch/vision, BSD licence)."""
from torch import flatten
from torch.nn import (AdaptiveAvgPool2d, BatchNorm2d, Conv2d, Dropout, Linear, MaxPool2d, Module, ReLU, ReLU6, Sequential, init)


class BasicBlock(Module):
    expansion = 1

    def __init__(self, inputs, width, stride, downsample):
        super().__init__()
        self.conv1, self.bn1 = Conv2d(inputs, width, 3, stride, 1, bias=False), BatchNorm2d(width)
        self.relu = ReLU(inplace=True)
        self.conv2, self.bn2 = Conv2d(width, width, 3, 1, 1, bias=False), BatchNorm2d(width)
        self.downsample = downsample

    def forward(self, x):
        y = self.bn2(self.conv2(self.relu(self.bn1(self.conv1(x)))))
        return self.relu(y + (x if self.downsample is None else self.downsample(x)))


class Bottleneck(Module):
    expansion = 4

    def __init__(self, inputs, width, stride, downsample):
        super().__init__()
        self.conv1, self.bn1 = Conv2d(inputs, width, 1, bias=False), BatchNorm2d(width)
        self.conv2, self.bn2 = Conv2d(width, width, 3, stride, 1, bias=False), BatchNorm2d(width)
        self.conv3, self.bn3 = Conv2d(width, 4 * width, 1, bias=False), BatchNorm2d(4 * width)
        self.relu = ReLU(inplace=True)
        self.downsample = downsample

    def forward(self, x):
        y = self.relu(self.bn1(self.conv1(x)))
        y = self.bn3(self.conv3(self.relu(self.bn2(self.conv2(y)))))
        return self.relu(y + (x if self.downsample is None else self.downsample(x)))


class ResNet(Module):
    def __init__(self, block, counts, classes=1000, head=True, channels=3):
        super().__init__()
        self.conv1, self.bn1, self.relu = Conv2d(channels, 64, 7, 2, 3, bias=False), BatchNorm2d(64), ReLU(inplace=True)
        self.maxpool = MaxPool2d(3, 2, 1)
        self.inputs = 64
        for i, count in enumerate(counts):
            setattr(self, f"layer{i + 1}", self.stage(block, 64 << i, count, 1 if i == 0 else 2))
        self.avgpool = AdaptiveAvgPool2d((1, 1))
        self.fc = Linear(512 * block.expansion, classes) if head else Sequential()
        for module in self.modules():
            if isinstance(module, Conv2d):
                init.kaiming_normal_(module.weight, mode="fan_out", nonlinearity="relu")

    def stage(self, block, width, count, stride):
        outputs, blocks = width * block.expansion, []
        for i in range(count):
            step, downsample = stride if i == 0 else 1, None
            if step != 1 or self.inputs != outputs:
                downsample = Sequential(Conv2d(self.inputs, outputs, 1, step, bias=False), BatchNorm2d(outputs))
            blocks.append(block(self.inputs, width, step, downsample))
            self.inputs = outputs
        return Sequential(*blocks)

    def forward(self, x):
        x = self.maxpool(self.relu(self.bn1(self.conv1(x))))
        x = self.layer4(self.layer3(self.layer2(self.layer1(x))))
        return self.fc(flatten(self.avgpool(x), 1))


def resnet18(**options):
    return ResNet(BasicBlock, [2, 2, 2, 2], **options)


def resnet34(**options):
    return ResNet(BasicBlock, [3, 4, 6, 3], **options)


def resnet50(**options):
    return ResNet(Bottleneck, [3, 4, 6, 3], **options)


def conv_bn_relu6(inputs, outputs, kernel, stride=1, groups=1):
    return Sequential(Conv2d(inputs, outputs, kernel, stride, kernel // 2, groups=groups, bias=False), BatchNorm2d(outputs), ReLU6(inplace=True))


class InvertedResidual(Module):
    def __init__(self, inputs, outputs, stride, expansion):
        super().__init__()
        hidden = inputs * expansion
        self.adds = stride == 1 and inputs == outputs
        self.conv = Sequential(
            *([] if expansion == 1 else [conv_bn_relu6(inputs, hidden, 1)]),
            conv_bn_relu6(hidden, hidden, 3, stride, hidden), Conv2d(hidden, outputs, 1, bias=False), BatchNorm2d(outputs))

    def forward(self, x):
        return x + self.conv(x) if self.adds else self.conv(x)


def classifiers_as_torchvision(network):
    for module in network.modules():
        if isinstance(module, Conv2d):
            init.kaiming_normal_(module.weight, mode="fan_out", nonlinearity="relu")
            if module.bias is not None:
                init.zeros_(module.bias)
        elif isinstance(module, Linear):
            init.normal_(module.weight, 0, 0.01)
            init.zeros_(module.bias)


class MobileNetV2(Module):
    def __init__(self, classes=1000, head=True, channels=3):
        super().__init__()
        features, inputs = [conv_bn_relu6(channels, 32, 3, 2)], 32
        for t, c, n, s in [(1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2), (6, 320, 1, 1)]:
            for i in range(n):
                features.append(InvertedResidual(inputs, c, s if i == 0 else 1, t))
                inputs = c
        self.features = Sequential(*features, conv_bn_relu6(320, 1280, 1))
        self.classifier = Sequential(Dropout(0.2), Linear(1280, classes)) if head else Sequential()
        classifiers_as_torchvision(self)

    def forward(self, x):
        return self.classifier(self.features(x).mean((2, 3)))


def mobilenet_v2(**options):
    return MobileNetV2(**options)


class Vgg11(Module):
    def __init__(self, normalised, classes=1000, head=True, channels=3):
        super().__init__()
        features = []
        for width in [64, "M", 128, "M", 256, 256, "M", 512, 512, "M", 512, 512, "M"]:
            if width == "M":
                features.append(MaxPool2d(2))
            else:
                features += [Conv2d(channels, width, 3, padding=1), *([BatchNorm2d(width)] if normalised else []), ReLU(inplace=True)]
                channels = width
        self.features, self.avgpool = Sequential(*features), AdaptiveAvgPool2d((7, 7))
        self.classifier = Sequential(
            Linear(512 * 49, 4096), ReLU(inplace=True), Dropout(), Linear(4096, 4096), ReLU(inplace=True), Dropout(), *([Linear(4096, classes)] if head else []))
        classifiers_as_torchvision(self)

    def forward(self, x):
        return self.classifier(flatten(self.avgpool(self.features(x)), 1))


def vgg11(**options):
    return Vgg11(False, **options)


def vgg11_bn(**options):
    return Vgg11(True, **options)
