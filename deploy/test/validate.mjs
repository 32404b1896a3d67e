// validate.mjs OBJECTS.json BOARD.json...: holds rendered Kubernetes objects (an array) and Grafana boards against typed models, and prints what is wrong.
// Two models of Kubernetes: one knows unknown fields and wrong types, the other missing fields, enums, and the objects of the Prometheus operator.
// A copy of it runs in artifacts/tools, where deploy/test/tools has put the models.
import { readFileSync, writeFileSync, mkdirSync } from "node:fs";
import { basename, join } from "node:path";
import ts from "typescript";

const tools = import.meta.dirname;
const [objectsFile, ...boards] = process.argv.slice(2);
const objects = JSON.parse(readFileSync(objectsFile, "utf8"));
const problems = [];
const nameOf = object => `${object.kind} ${object.metadata.name}`;

for (const object of objects) {
  const models = object.apiVersion.startsWith("monitoring.coreos.com/")
    ? `@kubernetes-models/prometheus-operator/${object.apiVersion}`
    : `kubernetes-models/${object.apiVersion}`;
  try {
    const Model = (await import(models))[object.kind];
    if (!Model) throw new Error(`there is no ${object.kind} in ${object.apiVersion}`);
    new Model(structuredClone(object)).validate();
  } catch (e) {
    problems.push(`${nameOf(object)}: ${e.message}`);
  }
}

// An enum of TypeScript takes its own members alone; in JSON they are their texts. What a panel or a data source adds of its own is its affair.
const lines = [
  'import type { Dashboard } from "@grafana/schema"; type Loose<T> = T extends string ? (string extends T ? string : `${T}`) : T extends (infer U)[] ? Loose<U>[] '
  + ': T extends object ? { [K in keyof T]: K extends "target" ? unknown : Loose<T[K]> } : T;',
];
for (const [i, object] of objects.entries()) {
  if (object.apiVersion.startsWith("monitoring.coreos.com/")) continue;
  const group = object.apiVersion === "v1" ? "core/v1" : object.apiVersion.replace(".k8s.io", "");
  lines.push(`export const o${i}: import("kubernetes-types/${group}").${object.kind} = ${JSON.stringify(object)};`);
}
for (const [i, board] of boards.entries()) {
  lines.push(`export const b${i}: Loose<Dashboard> = ${JSON.stringify(JSON.parse(readFileSync(board, "utf8")))};`);
}

const folder = join(tools, "check");
mkdirSync(folder, { recursive: true });
const file = join(folder, `${basename(objectsFile, ".json")}.ts`);
writeFileSync(file, lines.join("\n"));
const program = ts.createProgram([file], { noEmit: true, strict: true, skipLibCheck: true, types: [], target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext, moduleResolution: ts.ModuleResolutionKind.Bundler });
for (const diagnostic of ts.getPreEmitDiagnostics(program)) {
  const line = diagnostic.file?.getLineAndCharacterOfPosition(diagnostic.start).line;
  problems.push(`${line === undefined ? "" : `${lines[line].slice(13, 110)}... `}${ts.flattenDiagnosticMessageText(diagnostic.messageText, " ").slice(0, 600)}`);
}

for (const problem of problems) console.log(problem);
process.exit(problems.length ? 1 : 0);
