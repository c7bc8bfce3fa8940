// Nothing leaves this page: the answers become a file on the respondent's own device.
document.getElementById("save").addEventListener("click",function(){
var now=new Date(),two=function(n){return ("0"+n).slice(-2);};
var names=["answered"],cells=[now.getFullYear()+"-"+two(now.getMonth()+1)+"-"+two(now.getDate())];
document.querySelectorAll("fieldset").forEach(function(set){
names.push(set.querySelector("input").name);
var chosen=set.querySelector("input:checked");
cells.push(chosen?chosen.value:"");});
var link=document.createElement("a");
link.href="data:text/csv;charset=utf-8,"+encodeURIComponent(names.join(",")+"\n"+cells.join(",")+"\n");
link.download="answers.csv";link.click();});
