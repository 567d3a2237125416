export { axisX, axisY, barX, barY, dot, gridX, gridY, line, plot, ruleX, ruleY } from "@observablehq/plot";
